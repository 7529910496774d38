import { type InjectionKey, inject, onScopeDispose, provide, type ShallowRef, shallowRef } from 'vue';
import type { Territory } from './territory.ts';

interface KnownTerritory {
  /** The territory's shape and name. Without it the map works on a blank background. */
  readonly territory: Readonly<ShallowRef<Territory | undefined>>;
  readonly missing: Readonly<ShallowRef<boolean>>;
  load(): Promise<void>;
}

const KEY: InjectionKey<KnownTerritory> = Symbol('territory');

/** Requests the territory once for all pages. Called once, at the root. */
export function provideTerritory(): void {
  const territory = shallowRef<Territory>();
  const missing = shallowRef(false);
  const request = new AbortController();
  onScopeDispose(() => request.abort());

  async function load(): Promise<void> {
    try {
      const response = await fetch('/territory', { signal: request.signal, headers: { accept: 'application/json' } });
      if (!response.ok) throw new Error(`territory: ${response.status}`);
      territory.value = await response.json();
      missing.value = false;
    } catch {
      missing.value = !request.signal.aborted;
    }
  }
  load();
  provide(KEY, { territory, missing, load });
}

export function useTerritory(): KnownTerritory {
  const known = inject(KEY);
  if (!known) throw new Error('useTerritory: none is provided');
  return known;
}
