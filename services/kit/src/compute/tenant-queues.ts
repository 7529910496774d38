/** A queue for each tenant, served in turn: a tenant with many tasks delays another's first one by one task at most. */
export interface TenantQueues<Item> {
  readonly size: number;
  sizeOf(tenant: string): number;
  push(tenant: string, item: Item): void;
  /** The next item; undefined: none is waiting. */
  shift(): Item | undefined;
  remove(tenant: string, item: Item): void;
}

export function tenantQueues<Item>(): TenantQueues<Item> {
  /** Tenants with waiting items, the next one first. */
  const queues = new Map<string, Set<Item>>();
  let size = 0;
  const remove = (tenant: string, item: Item) => {
    const queue = queues.get(tenant);
    if (!queue?.delete(item)) return;
    size -= 1;
    if (queue.size === 0) queues.delete(tenant);
  };
  return {
    get size() {
      return size;
    },
    sizeOf: (tenant) => queues.get(tenant)?.size ?? 0,
    push(tenant, item) {
      const queue = queues.get(tenant) ?? new Set();
      queues.set(tenant, queue.add(item));
      size += 1;
    },
    shift() {
      for (const [tenant, queue] of queues) {
        for (const item of queue) {
          remove(tenant, item);
          if (queue.size > 0) {
            // It goes behind the other tenants.
            queues.delete(tenant);
            queues.set(tenant, queue);
          }
          return item;
        }
      }
      return undefined;
    },
    remove,
  };
}
