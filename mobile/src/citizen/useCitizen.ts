import { onScopeDispose, readonly, type ShallowRef, shallowRef, watch } from 'vue';
import { keep, kept } from '../kept/kept.ts';
import { AnswerError, askCitizen } from './citizen-api.ts';

export interface Citizen<T> {
  readonly data: Readonly<ShallowRef<T | undefined>>;
  /** `problem` may stand beside data: those last known. `missing`: there is no such thing. */
  readonly state: Readonly<ShallowRef<'loading' | 'ready' | 'problem' | 'missing'>>;
  refresh(): Promise<void>;
}

/** What a path of `/citizen/v1` answers: what was kept of it at once, what is new as soon as it is there. */
export function useCitizen<T>(path: () => string): Citizen<T> {
  const data = shallowRef<T>();
  const state = shallowRef<'loading' | 'ready' | 'problem' | 'missing'>('loading');

  async function refresh(): Promise<void> {
    const asked = path();
    try {
      const answer = await askCitizen<T>(asked);
      if (asked !== path()) return;
      data.value = answer;
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
      state.value = 'loading';
      const answer = refresh();
      const last = await kept<T>(nameOf(asked));
      if (last !== undefined && asked === path() && data.value === undefined) data.value = last.value;
      await answer;
    },
    { immediate: true },
  );
  window.addEventListener('online', refresh);
  onScopeDispose(() => window.removeEventListener('online', refresh));
  return { data: readonly(data) as Citizen<T>['data'], state: readonly(state), refresh };
}

const nameOf = (path: string) => `citizen/${encodeURIComponent(path)}`;
