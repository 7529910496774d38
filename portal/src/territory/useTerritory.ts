import { onScopeDispose, shallowRef } from 'vue';
import type { Territory } from './territory.ts';

/** The territory's shape and name. Where it is missing the map still works, on a plain ground. */
export function useTerritory() {
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

  return { territory, missing, load };
}
