/** A value `n` of an entity that a subscriber received, and the id of the change. */
export interface Received {
  readonly entity: string;
  readonly n: number;
  readonly change: string;
}

/** One write of the value `n` to an entity, and whether it was acknowledged. */
interface Written {
  readonly n: number;
  readonly isAcknowledged: boolean;
}

/** The result of the comparison at the end. */
export interface Comparison {
  readonly acknowledged: number;
  readonly doubtful: number;
  readonly received: number;
  /** Acknowledged writes that are missing in the history or the entity. */
  readonly lostWrites: number;
  /** Committed writes that a subscriber was never notified of. */
  readonly lostNotifications: number;
  /** Values that first arrived after a later value of the same entity. */
  readonly outOfOrder: number;
  /** Values that arrived under two ids. */
  readonly twice: number;
  /** Values that are duplicated or out of order in the history. */
  readonly historyFaults: number;
  /** Sentences that describe the first faults. */
  readonly examples: readonly string[];
}

const MOST_EXAMPLES = 12;

/** Records the writes of clients and the notifications of subscribers. Each entity has one writer: it writes 1, 2, 3, … */
export class Ledger {
  readonly #written = new Map<string, Written[]>();
  /** By subscriber. */
  readonly #received: Received[][] = [];

  /** @returns the number of the new subscriber */
  addSubscriber(): number {
    return this.#received.push([]) - 1;
  }

  entities(): string[] {
    return [...this.#written.keys()];
  }

  wrote(entity: string, n: number, isAcknowledged: boolean): void {
    const writes = this.#written.get(entity) ?? [];
    this.#written.set(entity, writes);
    writes.push({ n, isAcknowledged });
  }

  notified(subscriber: number, received: Received): void {
    this.#received[subscriber]?.push(received);
  }

  /** The number of values in the history that have not arrived, summed over the subscribers. */
  missing(history: ReadonlyMap<string, readonly number[]>): number {
    let missing = 0;
    for (const received of this.#received) {
      const known = new Set(received.map(({ entity, n }) => `${entity} ${n}`));
      for (const [entity, values] of history) for (const n of values) if (!known.has(`${entity} ${n}`)) missing++;
    }
    return missing;
  }

  /**
   * @param history the values in the history of each entity, in order
   * @param present the present value of each entity
   *
   * @param places where the history of an entity may be out of order, one for each correction of a clock by more than a day
   */
  compare(
    history: ReadonlyMap<string, readonly number[]>,
    present: ReadonlyMap<string, number>,
    places = 0,
  ): Comparison {
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
      let left = places;
      for (let i = 1; i < kept.length; i++) {
        if ((kept[i - 1] as number) < (kept[i] as number) || left-- > 0) continue;
        historyFaults++;
        example(`${entity}: its history has ${kept[i]} after ${kept[i - 1]}`);
      }
    }
    for (const [subscriber, values] of this.#received.entries()) {
      const ids = new Map<string, string>();
      const highest = new Map<string, number>();
      for (const { entity, n, change } of values) {
        const key = `${entity} ${n}`;
        const id = ids.get(key);
        if (id !== undefined) {
          if (id === change) continue; // sent again, which at-least-once delivery allows
          twice++;
          example(`subscriber ${subscriber}: ${key} came as ${id} and as ${change}`);
          continue;
        }
        ids.set(key, change);
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
    const received = this.#received.reduce((sum, { length }) => sum + length, 0);
    return {
      acknowledged,
      doubtful,
      received,
      lostWrites,
      lostNotifications,
      outOfOrder,
      twice,
      historyFaults,
      examples,
    };
  }
}

/** Whether no fault was found. */
export function isClean({ lostWrites, lostNotifications, outOfOrder, twice, historyFaults }: Comparison): boolean {
  return lostWrites + lostNotifications + outOfOrder + twice + historyFaults === 0;
}
