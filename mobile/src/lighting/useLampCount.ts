import type { EntityQuery } from '@alzette/ngsi-ld-schemas';
import type { Commune } from '@alzette/web/territory';
import { onScopeDispose, readonly, type ShallowRef, shallowRef, watch } from 'vue';
import { broker } from '../broker.ts';

interface LampCount {
  on: number;
  total: number;
}

const EVERY_MS = 60_000;
/** Dimmed lamps are on too. */
const LIT = 'powerState=="on","low","bootingUp"';
/** These count as defective, whatever their power state. Lamps without a status are not included. */
const LIT_BUT_DEFECTIVE = `${LIT};status!="ok","unknown"`;

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
      const [lit, defective, total] = await Promise.all([
        countLamps({ scopeQ, q: LIT, signal }),
        countLamps({ scopeQ, q: LIT_BUT_DEFECTIVE, signal }),
        countLamps({ scopeQ, signal }),
      ]);
      // The two counts may differ in time.
      if (!signal.aborted) lamps.value = { on: Math.max(0, lit - defective), total };
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

async function countLamps(query: EntityQuery): Promise<number> {
  const { count = 0 } = await broker.queryEntities({ type: 'Streetlight', limit: 0, count: true, ...query });
  return count;
}
