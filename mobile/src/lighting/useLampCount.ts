import type { EntityQuery } from '@alzette/ngsi-ld-schemas';
import { onScopeDispose, readonly, type ShallowRef, shallowRef, watch } from 'vue';
import { broker } from '../broker.ts';
import type { Commune } from '../territory/territory.ts';

interface LampCount {
  on: number;
  total: number;
}

const EVERY_MS = 60_000;
/** Dimmed lamps are on too. */
const LIT = 'powerState=="on","low","bootingUp"';
/** They count as defective, whatever they say of their power. What has no status is not among them. */
const LIT_BUT_DEFECTIVE = `${LIT};status!="ok","unknown"`;

interface Lamps {
  /** Undefined while that can't be told. */
  readonly lamps: Readonly<ShallowRef<LampCount | undefined>>;
  /** Whether they were counted, or can't be. */
  readonly counted: Readonly<ShallowRef<boolean>>;
}

/** How many lamps are on, in a commune or all over the territory. */
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
      const [lit, defective, total] = await Promise.all([
        countLamps({ scopeQ, q: LIT, signal }),
        countLamps({ scopeQ, q: LIT_BUT_DEFECTIVE, signal }),
        countLamps({ scopeQ, signal }),
      ]);
      // Each was counted at a moment of its own.
      if (!signal.aborted) lamps.value = { on: Math.max(0, lit - defective), total };
    } catch {
      if (!signal.aborted) lamps.value = undefined; // a tile that knows nothing is not shown
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

async function countLamps(query: EntityQuery): Promise<number> {
  const { count = 0 } = await broker.queryEntities({ type: 'Streetlight', limit: 0, count: true, ...query });
  return count;
}
