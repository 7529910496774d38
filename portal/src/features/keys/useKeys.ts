import type { ProblemDetails } from '@alzette/ngsi-ld-schemas';
import { AnswerError, toProblem } from '@alzette/web/asking';
import { onMounted, ref, shallowRef } from 'vue';
import { listKeys, type MadeKey, makeKey, type OwnKeys, revokeKey, rotateKey, type WishedKey } from './keys.ts';

/** The keys of the signed-in user, and the actions on them. Each action reloads them. */
export function useKeys() {
  const known = shallowRef<OwnKeys>();
  const made = shallowRef<MadeKey>();
  const problem = shallowRef<ProblemDetails>();
  const asksToSignInAgain = ref(false);
  const isBusy = ref(false);

  async function run(work: () => Promise<MadeKey | undefined>): Promise<boolean> {
    isBusy.value = true;
    problem.value = undefined;
    asksToSignInAgain.value = false;
    try {
      made.value = await work();
      known.value = await listKeys();
      return true;
    } catch (cause) {
      problem.value = toProblem(cause);
      asksToSignInAgain.value = cause instanceof AnswerError && cause.asksToSignInAgain;
      return false;
    } finally {
      isBusy.value = false;
    }
  }

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
