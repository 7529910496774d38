import { onScopeDispose, readonly, type ShallowRef, shallowRef, watch } from 'vue';
import { cacheAnswer, cachedAnswer } from '../answer-cache/answer-cache.ts';
import { AnswerError, askCitizen } from './citizen-api.ts';

export interface Citizen<T> {
  readonly data: Readonly<ShallowRef<T | undefined>>;
  /**
   * `problem`: the request failed; `data` may contain the last known answer. `missing`: the resource does not exist.
   * `idle`: there is no request.
   */
  readonly state: Readonly<ShallowRef<CitizenState>>;
  /** When the data were last confirmed, milliseconds since 1970. */
  readonly at: Readonly<ShallowRef<number | undefined>>;
  refresh(): Promise<void>;
}
export type CitizenState = 'idle' | 'loading' | 'ready' | 'problem' | 'missing';

interface Options {
  /** The interval of requests while the page is visible; default: only once. */
  readonly everyMs?: number;
}

/**
 * The answer of a path of `/citizen/v1`: first the stored one, then the new one when it arrives. Without a path there
 * is no request.
 */
export function useCitizen<T>(path: () => string | undefined, { everyMs }: Options = {}): Citizen<T> {
  const data = shallowRef<T>();
  const at = shallowRef<number>();
  const state = shallowRef<CitizenState>('loading');

  async function refresh(): Promise<void> {
    const asked = path();
    if (asked === undefined) return;
    try {
      const answer = await askCitizen<T>(asked);
      if (asked !== path()) return;
      data.value = answer;
      at.value = Date.now();
      state.value = 'ready';
      await cacheAnswer(nameOf(asked), answer);
    } catch (cause) {
      if (asked !== path()) return;
      state.value = cause instanceof AnswerError && cause.status === 404 ? 'missing' : 'problem';
    }
  }

  watch(
    path,
    async (asked) => {
      data.value = undefined;
      at.value = undefined;
      state.value = asked === undefined ? 'idle' : 'loading';
      if (asked === undefined) return;
      const answer = refresh();
      const last = await cachedAnswer<T>(nameOf(asked));
      if (last !== undefined && asked === path() && data.value === undefined) {
        data.value = last.value;
        at.value = last.at;
      }
      await answer;
    },
    { immediate: true },
  );
  window.addEventListener('online', refresh);
  const timer =
    everyMs === undefined
      ? undefined
      : setInterval(() => {
          if (!document.hidden) void refresh();
        }, everyMs);
  onScopeDispose(() => {
    window.removeEventListener('online', refresh);
    clearInterval(timer);
  });
  return { data: readonly(data) as Citizen<T>['data'], at: readonly(at), state: readonly(state), refresh };
}

/** The stored answer of a path, without a request. */
export async function keptAnswer<T>(path: string): Promise<T | undefined> {
  return (await cachedAnswer<T>(nameOf(path)))?.value;
}

/** Requests a path and stores the answer, for a page that is not open yet. Without a network it does nothing. */
export async function fetchAhead(path: string): Promise<void> {
  await askCitizen(path).then(
    (answer) => cacheAnswer(nameOf(path), answer),
    () => undefined,
  );
}

const nameOf = (path: string) => `citizen/${encodeURIComponent(path)}`;
