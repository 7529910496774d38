import type { ProblemDetails } from '@alzette/ngsi-ld-schemas';
import { onScopeDispose, type ShallowRef, shallowRef, watch } from 'vue';
import { toProblem } from '../../broker/ask.ts';

export interface Request<Data> {
  /** The last answer; it stays during a reload and after a failed one. */
  readonly data: Readonly<ShallowRef<Data | undefined>>;
  readonly problem: Readonly<ShallowRef<ProblemDetails | undefined>>;
  /** The time of `data`, in milliseconds since the epoch. */
  readonly answeredAt: Readonly<ShallowRef<number | undefined>>;
  readonly loading: Readonly<ShallowRef<boolean>>;
  /** Resolves when the latest request is answered, also if that is a later one, or when the page is left. */
  reload(): Promise<void>;
}

/**
 * Requests a page's data, and again whenever a value changes that `work` read before its first `await`. A late answer
 * to an earlier request is dropped. Render it with `RequestStates`.
 *
 * @param work gets a signal that aborts when the answer is no longer needed
 */
export function useRequest<Data>(work: (signal: AbortSignal) => Promise<Data>): Request<Data> {
  const data = shallowRef<Data>();
  const problem = shallowRef<ProblemDetails>();
  const answeredAt = shallowRef<number>();
  const loading = shallowRef(true);
  const asked = shallowRef(0);
  let waiting: (() => void)[] = [];
  const answered = () => {
    for (const resolve of waiting) resolve();
    waiting = [];
  };
  onScopeDispose(answered);

  watch(
    () => {
      asked.value; // a dependency: a reload was requested
      const request = new AbortController();
      return { request, answer: work(request.signal) };
    },
    async ({ request, answer }, _before, onCleanup) => {
      onCleanup(() => request.abort());
      loading.value = true;
      try {
        const found = await answer;
        if (request.signal.aborted) return;
        data.value = found;
        answeredAt.value = Date.now();
        problem.value = undefined;
      } catch (cause) {
        if (request.signal.aborted) return;
        problem.value = toProblem(cause);
      }
      loading.value = false;
      answered();
    },
    { immediate: true },
  );

  function reload(): Promise<void> {
    return new Promise((resolve) => {
      waiting.push(resolve);
      asked.value += 1;
    });
  }

  return { data, problem, answeredAt, loading, reload };
}
