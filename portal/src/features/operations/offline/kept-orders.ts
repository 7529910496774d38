import { createStore, delMany, entries, get, set } from 'idb-keyval';
import type { WorkOrderRecord } from '../records.ts';

/** What `GET /work-orders/{id}` answered, as far as this room looks at it. */
interface OrderAnswer {
  readonly workOrder: WorkOrderRecord;
}

const LIST = 'list';
/** Orders that are asked for ahead, so that they open without a network. */
const MOST_AHEAD = 40;
const store = createStore('alzette-work-orders', 'kept');

/** Keeps an answer about a work order for when there is no network. Without room for it the page works all the same. */
export async function keepOrder(id: string, answer: OrderAnswer): Promise<void> {
  await set(id, answer, store).catch(() => undefined);
}

/** Undefined: it was not seen on this device. */
export function keptOrder<Answer extends OrderAnswer>(id: string): Promise<Answer | undefined> {
  return get<Answer>(id, store).catch(() => undefined);
}

/** The list of what is to be done, as it was last seen; undefined: it was not. */
export function keptList(): Promise<readonly WorkOrderRecord[] | undefined> {
  return get<readonly WorkOrderRecord[]>(LIST, store).catch(() => undefined);
}

/**
 * Keeps the list of what is to be done, forgets orders that are not on it any more, and asks for those that are not here as
 * they are now.
 *
 * @param ask answers about one order
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
    for (const { id } of stale.slice(0, MOST_AHEAD)) await set(id, await ask(id), store);
  } catch {
    // no room, or no network any more: what is kept by now stays
  }
}
