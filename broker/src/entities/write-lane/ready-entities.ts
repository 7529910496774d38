/** What waits to be written of an entity. */
interface Ready {
  readonly key: string;
  readonly tenant: string;
}

/** A tenant with more loads or imports. */
const FEW = 12;

/**
 * Entities whose writes may start. Tenants take turns, so one that loads many thousands doesn't delay the writes of another
 * by more than a batch. Those of a tenant start in the order of their first write.
 */
export class ReadyEntities<Item extends Ready> {
  /** The tenant that is next comes first. */
  readonly #tenants = new Map<string, Map<string, Item>>();
  #size = 0;
  #wereFew = false;

  get size(): number {
    return this.#size;
  }

  /** Those with entities. */
  get tenants(): string[] {
    return [...this.#tenants.keys()];
  }

  /** The first of each tenant. */
  *first(): Generator<Item> {
    for (const own of this.#tenants.values()) {
      const [item] = own.values();
      if (item !== undefined) yield item;
    }
  }

  get(tenant: string, key: string): Item | undefined {
    return this.#tenants.get(tenant)?.get(key);
  }

  /** Adds one that is not there yet. */
  add(item: Item): void {
    let own = this.#tenants.get(item.tenant);
    if (own === undefined) {
      own = new Map();
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

  /**
   * Takes the next ones: as many of each tenant as of another, as far as it has them. Every other time those of tenants
   * with few come alone, because a statement takes as long as its slowest part.
   */
  take(most: number): Item[] {
    const { tenants } = this;
    const few = tenants.filter(this.#hasFew);
    this.#wereFew = !this.#wereFew && few.length > 0 && few.length < tenants.length;
    return this.#takeOf(this.#wereFew ? few : tenants, most);
  }

  /** Takes those of tenants with few. */
  takeFew(most: number): Item[] {
    return this.#takeOf(this.tenants.filter(this.#hasFew), most);
  }

  readonly #hasFew = (tenant: string) => (this.#tenants.get(tenant)?.size ?? 0) <= FEW;

  #takeOf(tenants: readonly string[], most: number): Item[] {
    const taken: Item[] = [];
    let left = tenants;
    while (taken.length < most && left.length > 0) {
      const share = Math.max(1, Math.floor((most - taken.length) / left.length));
      for (const tenant of left.slice(0, most - taken.length)) taken.push(...this.#takeFrom(tenant, share));
      left = left.filter((tenant) => this.#tenants.has(tenant));
    }
    return taken;
  }

  #takeFrom(tenant: string, most: number): Item[] {
    const own = this.#tenants.get(tenant);
    if (own === undefined) return [];
    const taken: Item[] = [];
    for (const item of own.values()) {
      if (taken.length === most) break;
      taken.push(item);
    }
    for (const { key } of taken) own.delete(key);
    this.#size -= taken.length;
    // It goes behind the others.
    this.#tenants.delete(tenant);
    if (own.size > 0) this.#tenants.set(tenant, own);
    return taken;
  }
}
