import { ShortLivedMap } from '../../collections/fast/short-lived-map.ts';

/** What waits to be written of an entity. */
interface Ready {
  readonly key: string;
  readonly tenant: string;
}

/**
 * Entities whose writes may start. Tenants take turns, so one that loads many thousands doesn't delay the writes of another
 * by more than a batch. Those of a tenant start in the order of their first write.
 */
export class ReadyEntities<Item extends Ready> {
  /** The tenant that is next comes first. */
  readonly #tenants = new ShortLivedMap<string, ShortLivedMap<string, Item>>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(tenant: string, key: string): Item | undefined {
    return this.#tenants.get(tenant)?.get(key);
  }

  /** Adds one that is not there yet. */
  add(item: Item): void {
    let own = this.#tenants.get(item.tenant);
    if (own === undefined) {
      own = new ShortLivedMap();
      this.#tenants.set(item.tenant, own);
    }
    own.set(item.key, item);
    this.#size++;
  }

  delete({ tenant, key }: Ready): void {
    const own = this.#tenants.get(tenant);
    if (!own?.delete(key)) return;
    this.#size--;
    if (own.size === 0) this.#tenants.delete(tenant);
  }

  all(): Item[] {
    return [...this.#tenants.values()].flatMap((own) => [...own.values()]);
  }

  /** Takes the next ones: as many of each tenant as of another, as far as it has them. */
  take(most: number): Item[] {
    const taken: Item[] = [];
    while (taken.length < most && this.#size > 0) {
      const tenants = [...this.#tenants.keys()];
      const share = Math.max(1, Math.floor((most - taken.length) / tenants.length));
      for (const tenant of tenants) {
        const own = this.#tenants.get(tenant) as ShortLivedMap<string, Item>; // nobody removes it meanwhile
        const before = taken.length;
        for (const item of own.values()) {
          if (taken.length === most || taken.length - before === share) break;
          taken.push(item);
        }
        for (const item of taken.slice(before)) own.delete(item.key);
        this.#size -= taken.length - before;
        this.#tenants.delete(tenant);
        // It goes behind the others.
        if (own.size > 0) this.#tenants.set(tenant, own);
        if (taken.length === most) break;
      }
    }
    return taken;
  }
}
