import type { AnswerPath } from '@alzette/kit/client';
import { useAnswer } from '@alzette/web/asking';
import { computed, type Ref, shallowRef, watch } from 'vue';
import { storedAnswers } from '../answer-cache/stored-answers.ts';
import { askCitizen } from './citizen-api.ts';

export interface Citizen<T> {
  readonly data: Readonly<Ref<T | undefined>>;
  /**
   * `problem`: the request failed; `data` may contain the last known answer. `missing`: the resource does not exist.
   * `idle`: there is no request.
   */
  readonly state: Readonly<Ref<CitizenState>>;
  /** When the data were last confirmed, milliseconds since 1970. */
  readonly at: Readonly<Ref<number | undefined>>;
  refresh(): Promise<void>;
}
export type CitizenState = 'idle' | 'loading' | 'ready' | 'problem' | 'missing';

/**
 * The answer of a path of `paths.ts`: first the stored one, then the new one when it arrives. Without a path there
 * is no request.
 *
 * @param everyMs the interval of requests while the page is visible; default: only once
 */
export function useCitizen<T>(
  path: () => AnswerPath<T> | undefined,
  { everyMs }: { everyMs?: number } = {},
): Citizen<T> {
  const { data, answeredAt, problem, loading, reload } = useAnswer<T>(
    () => keyOf(path()),
    () => askCitizen<T>(path() ?? ''),
    { showsEarlier: false, persister: storedAnswers, ...(everyMs !== undefined && { everyMs }) },
  );
  /** Whether the server has answered, or failed to; before, `data` are the stored ones. */
  const isSettled = shallowRef(false);
  watch(path, () => (isSettled.value = false), { flush: 'sync' });
  watch(loading, (isLoading) => (isSettled.value ||= !isLoading), { flush: 'sync' });

  const state = computed<CitizenState>(() => {
    if (path() === undefined) return 'idle';
    if (problem.value) return problem.value.status === 404 ? 'missing' : 'problem';
    return isSettled.value ? 'ready' : 'loading';
  });
  return { data, at: answeredAt, state, refresh: reload };
}

const keyOf = (path: string | undefined) => (path === undefined ? undefined : ['citizen', path]);
