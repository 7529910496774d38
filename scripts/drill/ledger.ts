/** What a subscriber was told: the value `n` of an entity, by which notification. */
export interface Told {
  readonly entity: string;
  readonly n: number;
  readonly notification: string;
}

/** One write: `n` of an entity, and whether the answer said that it was done. */
interface Written {
  readonly n: number;
  readonly isAcknowledged: boolean;
}

/** What is compared at the end; each list holds sentences, at most a few of each kind. */
export interface Comparison {
  readonly acknowledged: number;
  readonly doubtful: number;
  readonly told: number;
  /** Acknowledged writes that history or the entity do not have. */
  readonly lostWrites: number;
  /** Committed writes that a subscriber was never told of. */
  readonly lostNotifications: number;
  /** A value that was first told after a later one of its entity. */
  readonly outOfOrder: number;
  /** A value told by two notifications with different ids. */
  readonly twice: number;
  /** Values that history has more than once, or not in the order of the writes. */
  readonly historyFaults: number;
  readonly examples: readonly string[];
}

const MOST_EXAMPLES = 12;

/** What clients were promised, and what subscribers got. Each entity has one writer, which writes 1, 2, 3 and so on. */
export class Ledger {
  readonly #written = new Map<string, Written[]>();
  /** Per subscriber. */
  readonly #told: Told[][] = [];

  /** @returns the place of a new subscriber */
  addSubscriber(): number {
    return this.#told.push([]) - 1;
  }

  entities(): string[] {
    return [...this.#written.keys()];
  }

  wrote(entity: string, n: number, isAcknowledged: boolean): void {
    const writes = this.#written.get(entity) ?? [];
    this.#written.set(entity, writes);
    writes.push({ n, isAcknowledged });
  }

  tell(subscriber: number, told: Told): void {
    this.#told[subscriber]?.push(told);
  }

  /** How many values the subscribers have not been told, of those that history has. */
  missing(history: ReadonlyMap<string, readonly number[]>): number {
    let missing = 0;
    for (const told of this.#told) {
      const known = new Set(told.map(({ entity, n }) => `${entity} ${n}`));
      for (const [entity, values] of history) for (const n of values) if (!known.has(`${entity} ${n}`)) missing++;
    }
    return missing;
  }

  /**
   * @param history the values that each entity's history has, in its order
   * @param present the value that each entity has
   */
  compare(history: ReadonlyMap<string, readonly number[]>, present: ReadonlyMap<string, number>): Comparison {
    const examples: string[] = [];
    const example = (text: string) => {
      if (examples.length < MOST_EXAMPLES) examples.push(text);
    };
    let [acknowledged, doubtful, lostWrites, historyFaults, lostNotifications, outOfOrder, twice] = [
      0, 0, 0, 0, 0, 0, 0,
    ];
    for (const [entity, writes] of this.#written) {
      const kept = history.get(entity) ?? [];
      const keptSet = new Set(kept);
      for (const { n, isAcknowledged } of writes) {
        if (!isAcknowledged) doubtful++;
        else acknowledged++;
        if (!isAcknowledged || keptSet.has(n)) continue;
        lostWrites++;
        example(`${entity}: ${n} was acknowledged and is not in its history`);
      }
      const last = Math.max(...kept, 0);
      if (present.get(entity) !== last) {
        lostWrites++;
        example(`${entity} has ${present.get(entity)}, and its history ends with ${last}`);
      }
      historyFaults += kept.length - keptSet.size;
      for (let i = 1; i < kept.length; i++) {
        if ((kept[i - 1] as number) < (kept[i] as number)) continue;
        historyFaults++;
        example(`${entity}: its history has ${kept[i]} after ${kept[i - 1]}`);
      }
    }
    for (const [subscriber, told] of this.#told.entries()) {
      const ids = new Map<string, string>();
      const highest = new Map<string, number>();
      for (const { entity, n, notification } of told) {
        const key = `${entity} ${n}`;
        const id = ids.get(key);
        if (id !== undefined) {
          if (id === notification) continue; // sent again: at least once
          twice++;
          example(`subscriber ${subscriber}: ${key} came as ${id} and as ${notification}`);
          continue;
        }
        ids.set(key, notification);
        if (n < (highest.get(entity) ?? 0)) {
          outOfOrder++;
          example(`subscriber ${subscriber}: ${key} came after ${highest.get(entity)}`);
        }
        highest.set(entity, Math.max(n, highest.get(entity) ?? 0));
      }
      for (const [entity, values] of history) {
        for (const n of values) {
          if (ids.has(`${entity} ${n}`)) continue;
          lostNotifications++;
          example(`subscriber ${subscriber}: ${entity} ${n} never came`);
        }
      }
    }
    const told = this.#told.reduce((sum, { length }) => sum + length, 0);
    return { acknowledged, doubtful, told, lostWrites, lostNotifications, outOfOrder, twice, historyFaults, examples };
  }
}

/** Whether all promises were kept. */
export function isClean({ lostWrites, lostNotifications, outOfOrder, twice, historyFaults }: Comparison): boolean {
  return lostWrites + lostNotifications + outOfOrder + twice + historyFaults === 0;
}
