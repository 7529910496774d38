import type { ProblemDetails } from '@alzette/ngsi-ld-schemas';
import { useMutation } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { AnswerError, toProblem } from './ask.ts';

export interface Act<Given extends readonly unknown[]> {
  /** Resolves to whether it was done. While it runs, a second call does nothing: a double click sends once. */
  act(...given: Given): Promise<boolean>;
  readonly isBusy: Readonly<Ref<boolean>>;
  /** Why the latest act failed. */
  readonly problem: Readonly<Ref<ProblemDetails | undefined>>;
  /** Whether the latest act succeeded. */
  readonly isDone: Readonly<Ref<boolean>>;
  /** Whether the act needs a more recent sign-in. */
  readonly asksToSignInAgain: Readonly<Ref<boolean>>;
  /** Forgets the outcome of the latest act. */
  forget(): void;
}

/** Something that the reader does on a page. It is never sent again by itself. */
export function useAct<Given extends readonly unknown[]>(work: (...given: Given) => Promise<unknown>): Act<Given> {
  const { mutateAsync, isPending, isSuccess, error, reset } = useMutation({
    mutationFn: (given: Given) => work(...given),
    shallow: true,
  });
  let isBusy = false;

  async function act(...given: Given): Promise<boolean> {
    if (isBusy) return false;
    isBusy = true;
    try {
      await mutateAsync(given);
      return true;
    } catch {
      return false; // `problem` says why
    } finally {
      isBusy = false;
    }
  }

  return {
    act,
    isBusy: isPending,
    isDone: isSuccess,
    problem: computed(() => (error.value ? toProblem(error.value) : undefined)),
    asksToSignInAgain: computed(() => error.value instanceof AnswerError && error.value.asksToSignInAgain),
    forget: reset,
  };
}
