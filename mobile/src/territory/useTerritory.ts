import { type InjectionKey, inject, provide, readonly, type ShallowRef, shallowRef } from 'vue';
import { cacheAnswer, cachedAnswer } from '../answer-cache/answer-cache.ts';
import type { Territory } from './territory.ts';

export interface TerritoryState {
  readonly territory: Readonly<ShallowRef<Territory | undefined>>;
  readonly failed: Readonly<ShallowRef<boolean>>;
  load(): Promise<void>;
}

const KEY: InjectionKey<TerritoryState> = Symbol('territory');
const KEPT_AS = 'territory';

/** The territory's communes and streets: first the stored ones, then the new ones when they arrive. */
export function provideTerritory(): TerritoryState {
  const territory = shallowRef<Territory>();
  const failed = shallowRef(false);

  async function load(): Promise<void> {
    try {
      const response = await fetch('/territory', { headers: { accept: 'application/json' } });
      if (!response.ok) throw new Error(`/territory answered ${response.status}`);
      territory.value = (await response.json()) as Territory;
      failed.value = false;
      await cacheAnswer(KEPT_AS, territory.value);
    } catch (cause) {
      console.warn('Could not load the territory', cause);
      failed.value = territory.value === undefined;
    }
  }

  void cachedAnswer<Territory>(KEPT_AS).then((last) => {
    if (last === undefined || territory.value !== undefined) return;
    territory.value = last.value;
    failed.value = false;
  });
  void load();

  const state = { territory: readonly(territory) as TerritoryState['territory'], failed: readonly(failed), load };
  provide(KEY, state);
  return state;
}

export function useTerritory(): TerritoryState {
  const state = inject(KEY);
  if (state === undefined) throw new Error('useTerritory needs provideTerritory above it');
  return state;
}
