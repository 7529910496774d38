import type { WorkOrderContract, WorkOrderRecord } from '@alzette/alarms/contract';
import type { Answered } from '@alzette/kit/client';
import { createStore, delMany, entries, get, set } from 'idb-keyval';

type OrderAnswer = Answered<WorkOrderContract['operations']['one']>;

const LIST = 'list';
/** The number of orders to load in advance for offline use. */
const MAX_AHEAD = 40;
const store = createStore('alzette-work-orders', 'kept');

/** Stores an answer about a work order for offline use. Without storage the page works online. */
export async function keepOrder(id: string, answer: OrderAnswer): Promise<void> {
  await set(id, answer, store).catch(() => undefined);
}

/** Undefined: no answer is stored on this device. */
export function keptOrder(id: string): Promise<OrderAnswer | undefined> {
  return get<OrderAnswer>(id, store).catch(() => undefined);
}

/** The last list of open work; undefined: none is stored. */
export function keptList(): Promise<readonly WorkOrderRecord[] | undefined> {
  return get<readonly WorkOrderRecord[]>(LIST, store).catch(() => undefined);
}

/**
 * Stores the list of open work, deletes orders that are no longer on it, and requests those whose stored answer is
 * missing or outdated.
 *
 * @param ask requests one order
 */
export async function keepList(
  orders: readonly WorkOrderRecord[],
  ask: (id: string) => Promise<OrderAnswer>,
): Promise<void> {
  try {
    const kept = new Map(await entries<string, OrderAnswer>(store));
    kept.delete(LIST);
    const listed = new Set(orders.map(({ id }) => id));
    await set(LIST, orders, store);
    const gone = [...kept.keys()].filter((id) => !listed.has(id));
    await delMany(gone, store);
    const stale = orders.filter(({ id, version }) => kept.get(id)?.workOrder.version !== version);
    for (const { id } of stale.slice(0, MAX_AHEAD)) await set(id, await ask(id), store);
  } catch {
    // without storage or network the stored orders stay unchanged
  }
}
