import { useMutation } from '@tanstack/vue-query';
import { computed, type Ref } from 'vue';
import { AnswerError, toProblem } from './ask.ts';
import { type ToldProblem, useTell } from './told.ts';

export interface Act<Given extends readonly unknown[]> {
  /** Resolves to whether it was done. While it runs, a second call does nothing: a double click sends once. */
  act(...given: Given): Promise<boolean>;
  readonly isBusy: Readonly<Ref<boolean>>;
  /** Why the latest act failed, unless it needs a more recent sign-in. */
  readonly problem: Readonly<Ref<ToldProblem | undefined>>;
  /** What to tell the reader about the latest act: the text that it returned, or why it failed. */
  readonly said: Readonly<Ref<string>>;
  /** Whether the latest act succeeded. */
  readonly isDone: Readonly<Ref<boolean>>;
  /** Whether the act needs a more recent sign-in. */
  readonly asksToSignInAgain: Readonly<Ref<boolean>>;
  /** Forgets the outcome of the latest act. */
  forget(): void;
}

/**
 * Something that the reader does on a page. It is never sent again by itself.
 *
 * @param work may return a text that says what was done
 * @param afterwards runs also after a failure, before the act ends, such as a reload of what may have changed
 */
export function useAct<Given extends readonly unknown[]>(
  work: (...given: Given) => Promise<unknown>,
  afterwards: () => unknown = () => undefined,
): Act<Given> {
  const { mutateAsync, isPending, isSuccess, data, error, reset } = useMutation({
    mutationFn: async (given: Given) => {
      try {
        return await work(...given);
      } finally {
        await afterwards();
      }
    },
    shallow: true,
  });
  const asksToSignInAgain = computed(() => error.value instanceof AnswerError && error.value.asksToSignInAgain);
  const problem = computed(() =>
    error.value === null || asksToSignInAgain.value ? undefined : toProblem(error.value),
  );
  const tell = useTell();
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
    problem,
    said: computed(() => {
      if (problem.value) return tell(problem.value);
      return typeof data.value === 'string' ? data.value : '';
    }),
    asksToSignInAgain,
    forget: reset,
  };
}
