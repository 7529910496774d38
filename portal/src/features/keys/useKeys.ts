import type { CreatedKey, OwnKeys } from '@alzette/broker/contract';
import { useAct } from '@alzette/web/asking';
import { onMounted, shallowRef } from 'vue';
import { ownAccess } from '../../broker/operations.ts';
import type { KeyForm } from './key-form.ts';

/** The keys of the signed-in user, and the actions on them. Each action reloads them. */
export function useKeys() {
  const known = shallowRef<OwnKeys>();
  const made = shallowRef<CreatedKey>();
  const {
    act: run,
    problem,
    asksToSignInAgain,
    isBusy,
  } = useAct(async (work: () => Promise<CreatedKey | undefined>) => {
    made.value = await work();
    known.value = await ownAccess.keys();
  });

  const load = () => run(async () => undefined);
  onMounted(load);
  return {
    known,
    made,
    problem,
    asksToSignInAgain,
    isBusy,
    load,
    make: (body: KeyForm) => run(() => ownAccess.createKey({ body })),
    rotate: (id: string) => run(() => ownAccess.rotateKey({ params: { id }, body: {} })),
    revoke: (id: string) =>
      run(async () => {
        await ownAccess.revokeKey({ params: { id } });
        return undefined;
      }),
  };
}
