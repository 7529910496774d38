import { onScopeDispose, readonly, type ShallowRef, shallowRef, watch } from 'vue';
import { keep, kept } from '../kept/kept.ts';
import { AnswerError, askCitizen } from './citizen-api.ts';

export interface Citizen<T> {
  readonly data: Readonly<ShallowRef<T | undefined>>;
  /** `problem` may stand beside data: those last known. `missing`: there is no such thing. `idle`: nothing is asked. */
  readonly state: Readonly<ShallowRef<CitizenState>>;
  /** When the data were last known to be true, milliseconds since 1970. */
  readonly at: Readonly<ShallowRef<number | undefined>>;
  refresh(): Promise<void>;
}
export type CitizenState = 'idle' | 'loading' | 'ready' | 'problem' | 'missing';

interface Options {
  /** Asked anew so often while the page is seen; default: never. */
  readonly everyMs?: number;
}

/**
 * What a path of `/citizen/v1` answers: what was kept of it at once, what is new as soon as it is there. Without a path
 * nothing is asked.
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
      await keep(nameOf(asked), answer);
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
      const last = await kept<T>(nameOf(asked));
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

/** What was kept of a path, without asking anybody. */
export async function keptAnswer<T>(path: string): Promise<T | undefined> {
  return (await kept<T>(nameOf(path)))?.value;
}

/** Asks a path and keeps the answer, for a page that is not open yet. Without a network nothing changes. */
export async function fetchAhead(path: string): Promise<void> {
  await askCitizen(path).then(
    (answer) => keep(nameOf(path), answer),
    () => undefined,
  );
}

const nameOf = (path: string) => `citizen/${encodeURIComponent(path)}`;
