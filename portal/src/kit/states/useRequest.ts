import type { ProblemDetails } from '@alzette/ngsi-ld-schemas';
import { type ShallowRef, shallowRef, watch } from 'vue';
import { toProblem } from '../../broker/ask.ts';

export interface Request<Data> {
  /** The last answer; it stays during a reload and after a failed one. */
  readonly data: Readonly<ShallowRef<Data | undefined>>;
  readonly problem: Readonly<ShallowRef<ProblemDetails | undefined>>;
  /** The time of `data`, in milliseconds since the epoch. */
  readonly answeredAt: Readonly<ShallowRef<number | undefined>>;
  readonly loading: Readonly<ShallowRef<boolean>>;
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
  let done = Promise.withResolvers<void>();

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
      done.resolve();
    },
    { immediate: true },
  );

  async function reload(): Promise<void> {
    done = Promise.withResolvers();
    asked.value += 1;
    await done.promise;
  }

  return { data, problem, answeredAt, loading, reload };
}
