import { useAct } from '@alzette/web/asking';
import { onMounted, shallowRef } from 'vue';
import { listKeys, type MadeKey, makeKey, type OwnKeys, revokeKey, rotateKey, type WishedKey } from './keys.ts';

/** The keys of the signed-in user, and the actions on them. Each action reloads them. */
export function useKeys() {
  const known = shallowRef<OwnKeys>();
  const made = shallowRef<MadeKey>();
  const {
    act: run,
    problem,
    asksToSignInAgain,
    isBusy,
  } = useAct(async (work: () => Promise<MadeKey | undefined>) => {
    made.value = await work();
    known.value = await listKeys();
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
    make: (wished: WishedKey) => run(() => makeKey(wished)),
    rotate: (id: string) => run(() => rotateKey(id)),
    revoke: (id: string) =>
      run(async () => {
        await revokeKey(id);
        return undefined;
      }),
  };
}
