import { hashKey, type QueryPersister, useQuery } from '@tanstack/vue-query';
import { computed, type Ref, shallowReadonly, shallowRef, watch } from 'vue';
import { isTemporary, toProblem } from './ask.ts';
import type { ToldProblem } from './told.ts';

export interface Answer<Data> {
  /** The last answer; it stays while the page asks again, and after a failure. */
  readonly data: Readonly<Ref<Data | undefined>>;
  /** Why the latest request failed. It stays until one succeeds. */
  readonly problem: Readonly<Ref<ToldProblem | undefined>>;
  /** The time of `data`, in milliseconds since the epoch. */
  readonly answeredAt: Readonly<Ref<number | undefined>>;
  /** The time of the first of the requests that have failed since the last answer. */
  readonly failingSince: Readonly<Ref<number | undefined>>;
  readonly loading: Readonly<Ref<boolean>>;
  /** Resolves when the latest request is answered, also if that is a later one, or when the page is left. */
  reload(): Promise<void>;
}

export interface AnswerOptions {
  /** Asks again at this interval while the page is visible. */
  readonly everyMs?: number | (() => number | undefined);
  /** False: after a change of the key nothing is shown until the new answer; default: the earlier answer. */
  readonly showsEarlier?: boolean;
  /** Asks again when this value changes, which does not name other data, such as a revision. */
  readonly again?: () => unknown;
  /** An answer is not asked for again before it has this age; default: 0. */
  readonly freshMs?: number;
  /** Stores answers, and reads them before the first request. */
  readonly persister?: QueryPersister<Boxed>;
  /** A request without an answer after this time has failed. */
  readonly patienceMs?: number;
}

/** An answer may be undefined; in the library it may not. */
export interface Boxed {
  readonly value: unknown;
}

const RETRY_MS = 5_000;
/** Longer than the slowest answer, as the server does its work in vain when nobody waits for it any more. */
const PATIENCE_MS = 60_000;

/**
 * Asks for a page's data, and again when the key changes. A failure of the network or the server is shown, and the
 * page asks again by itself. Render it with the app's component for states.
 *
 * @param key names the data and everything `work` depends on; components with the same key share one answer.
 *   Undefined: the page asks nothing.
 * @param work gets a signal that aborts when the answer is no longer needed
 */
export function useAnswer<Data>(
  key: string | (() => readonly unknown[] | undefined),
  work: (signal: AbortSignal) => Promise<Data>,
  { everyMs, again, showsEarlier = true, freshMs, persister, patienceMs = PATIENCE_MS }: AnswerOptions = {},
): Answer<Data> {
  // Not all pages ask again in the same moment.
  const retryMs = RETRY_MS * (1 + Math.random());
  const asked = computed(() => (typeof key === 'string' ? [key] : key()));
  const hash = computed(() => asked.value && hashKey(asked.value));
  const query = useQuery(() => ({
    queryKey: asked.value ?? [],
    enabled: asked.value !== undefined,
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Boxed> => ({
      value: await withPatience(work, signal, patienceMs),
    }),
    refetchInterval: ({ state }: { state: { error: unknown } }) =>
      (isTemporary(state.error) ? retryMs : typeof everyMs === 'function' ? everyMs() : everyMs) ?? false,
    ...(freshMs !== undefined && { staleTime: freshMs }),
    ...(persister && { persister }),
    shallow: true,
  }));

  const data = shallowRef<Data>();
  const answeredAt = shallowRef<number>();
  const problem = shallowRef<ToldProblem>();
  const failingSince = shallowRef<number>();
  watch(
    [query.status, query.data, query.error, query.dataUpdatedAt, hash],
    ([status, boxed, cause, updatedAt, now], [, , , , before]) => {
      if (now !== before) problem.value = failingSince.value = undefined;
      // After a change of the key the query's state is still that of the earlier one.
      if (status === 'pending' || (before !== undefined && now !== before)) {
        if (!showsEarlier) data.value = answeredAt.value = undefined;
        return;
      }
      // The type of the key's data is that of `work`.
      data.value = boxed?.value as Data | undefined;
      answeredAt.value = boxed && updatedAt;
      if (status === 'error') {
        problem.value = toProblem(cause);
        failingSince.value ??= Date.now();
      } else if (status === 'success') problem.value = failingSince.value = undefined;
    },
    { immediate: true, flush: 'sync' },
  );

  const reload = async () => void (await query.refetch());
  if (again) watch(again, reload);
  return {
    data: shallowReadonly(data),
    problem: shallowReadonly(problem),
    answeredAt: shallowReadonly(answeredAt),
    failingSince: shallowReadonly(failingSince),
    loading: query.isFetching,
    reload,
  };
}

/** @throws DOMException: there was no answer in time, or it is no longer needed */
async function withPatience<Data>(
  work: (signal: AbortSignal) => Promise<Data>,
  signal: AbortSignal,
  patienceMs: number,
): Promise<Data> {
  const request = new AbortController(); // browsers of the app are too old for AbortSignal.any
  const leave = () => request.abort(signal.reason);
  signal.addEventListener('abort', leave);
  const timer = setTimeout(() => request.abort(new DOMException('No answer in time', 'TimeoutError')), patienceMs);
  try {
    return await work(request.signal);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}
