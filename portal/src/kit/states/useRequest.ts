import type { ProblemDetails } from '@alzette/ngsi-ld-schemas';
import { type ShallowRef, shallowRef, watch } from 'vue';
import { toProblem } from '../../broker/ask.ts';

export interface Request<Data> {
  /** What was answered last; stays while it is asked anew, and when that fails. */
  readonly data: Readonly<ShallowRef<Data | undefined>>;
  readonly problem: Readonly<ShallowRef<ProblemDetails | undefined>>;
  /** When `data` was answered, in milliseconds since the epoch. */
  readonly answeredAt: Readonly<ShallowRef<number | undefined>>;
  readonly loading: Readonly<ShallowRef<boolean>>;
  reload(): Promise<void>;
}

/**
 * Asks for a page's data, and again whenever what `work` read before its first `await` changes. A late answer to an older
 * question is dropped. Draw it with `RequestStates`.
 *
 * @param work gets a signal that aborts when the answer is no more wanted
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
      asked.value; // another look was wished for
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
