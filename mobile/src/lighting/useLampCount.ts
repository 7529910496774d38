import { COUNTED, countOf } from '@alzette/ngsi-ld-schemas/figures';
import type { Commune } from '@alzette/web/territory';
import { onScopeDispose, readonly, type ShallowRef, shallowRef, watch } from 'vue';
import { broker } from '../broker.ts';

interface LampCount {
  on: number;
  total: number;
}

const EVERY_MS = 60_000;

interface Lamps {
  /** Undefined while the count is unknown. */
  readonly lamps: Readonly<ShallowRef<LampCount | undefined>>;
  /** Whether the count has succeeded or failed. */
  readonly counted: Readonly<ShallowRef<boolean>>;
}

/** The number of lamps that are on, in a commune or in the whole territory. */
export function useLampCount(commune: () => Commune | undefined): Lamps {
  const lamps = shallowRef<LampCount>();
  const counted = shallowRef(false);
  let request = new AbortController();

  async function count(): Promise<void> {
    request.abort();
    request = new AbortController();
    const { signal } = request;
    try {
      const scopeQ = commune()?.scope;
      const [on, total] = await Promise.all([
        countOf(broker, COUNTED.lampsLit, { scopeQ, signal }),
        countOf(broker, COUNTED.lamps, { scopeQ, signal }),
      ]);
      if (!signal.aborted) lamps.value = { on, total };
    } catch {
      if (!signal.aborted) lamps.value = undefined; // without data the tile is not shown
    }
    if (!signal.aborted) counted.value = true;
  }

  watch(commune, count, { immediate: true });
  const timer = setInterval(() => {
    if (!document.hidden) void count();
  }, EVERY_MS);
  onScopeDispose(() => {
    clearInterval(timer);
    request.abort();
  });
  return { lamps: readonly(lamps), counted: readonly(counted) };
}
