/** One instance in the oracle. */
export interface OracleInstance {
  readonly attribute: string;
  readonly datasetId: string;
  /** Undefined: deleted. */
  readonly value: number | undefined;
  readonly observedAt: string | undefined;
}

interface Remembered extends OracleInstance {
  readonly imported: boolean;
}

/** The expected state of one entity, stored naively: all instances in one list, and the present values. */
export class Oracle {
  exists = false;
  /** Whether it was deleted, but not its history. */
  wasThere = false;
  history: Remembered[] = [];
  corrections = 0;
  /** By attribute and dataset. */
  present = new Map<string, OracleInstance>();

  /** A write of the core API, which replaces whole instances. */
  write(instances: readonly OracleInstance[]): void {
    this.exists = true;
    for (const written of instances) {
      const key = keyOf(written);
      const before = this.present.get(key);
      if (before?.value === written.value && before?.observedAt === written.observedAt) continue;
      this.present.set(key, written);
      this.history.push({ ...written, imported: false });
    }
  }

  deleteAttribute(attribute: string, datasetId: string): void {
    const written = { attribute, datasetId, value: undefined, observedAt: undefined };
    this.present.delete(keyOf(written));
    this.history.push({ ...written, imported: false });
  }

  deleteEntity(): void {
    for (const { attribute, datasetId } of [...this.present.values()]) this.deleteAttribute(attribute, datasetId);
    this.exists = false;
    this.wasThere = true;
  }

  /**
   * Adds observed instances through the temporal API; for a deleted entity they bring it back only if `revives` is
   * true.
   */
  import(instances: readonly OracleInstance[], revives = true): void {
    if (revives) this.exists = true;
    for (const written of instances) {
      this.history = this.history.filter(
        (each) => keyOf(each) !== keyOf(written) || each.observedAt !== written.observedAt,
      );
      this.history.push({ ...written, imported: true });
      if (!revives) continue;
      const before = this.present.get(keyOf(written));
      // An instance without observedAt was written just now, later than any observation.
      const isOlder =
        before !== undefined && (before.observedAt === undefined || before.observedAt > String(written.observedAt));
      if (!isOlder) this.present.set(keyOf(written), written);
    }
  }

  /** The number of equal instances. */
  count(written: OracleInstance): number {
    return this.history.filter((each) => isSame(each, written)).length;
  }

  /** Replaces an instance by another; the present value is not changed. */
  correct(found: OracleInstance, written: OracleInstance): void {
    const { imported = false } = this.history.find((each) => isSame(each, found)) ?? {};
    this.deleteInstance(found);
    this.history.push({ ...written, imported });
    this.corrections += 1;
  }

  /** Deletes an instance; the present value is not changed. */
  deleteInstance(found: OracleInstance): void {
    this.history = this.history.filter((each) => !isSame(each, found));
  }

  forgetAttribute(attribute: string, datasetId: string): boolean {
    const before = this.history.length;
    this.history = this.history.filter((each) => each.attribute !== attribute || each.datasetId !== datasetId);
    return this.history.length < before;
  }

  /** Deletes the history of an entity that does not exist. Returns whether it did. */
  forget(): boolean {
    const known = this.history.length > 0;
    if (known && this.history.every(({ imported }) => imported)) {
      this.exists = false;
      this.present.clear();
    }
    if (known || !this.exists) this.history = [];
    this.wasThere = false;
    return known;
  }

  /** The observed instances in order of time, and of arrival for the same time. */
  observed(from = '', to = '~'): OracleInstance[] {
    return this.history
      .filter(
        ({ observedAt, value }) =>
          value !== undefined && observedAt !== undefined && observedAt >= from && observedAt < to,
      )
      .sort((a, b) => compare(String(a.observedAt), String(b.observedAt)));
  }

  lastObserved(n: number, from = '', to = '~'): OracleInstance[] {
    const series = Map.groupBy(this.observed(from, to), keyOf);
    return [...series.values()].flatMap((instances) => instances.slice(-n));
  }
}

export function keyOf({ attribute, datasetId }: Pick<OracleInstance, 'attribute' | 'datasetId'>): string {
  return `${attribute} ${datasetId}`;
}

function isSame(one: OracleInstance, other: OracleInstance): boolean {
  return keyOf(one) === keyOf(other) && one.value === other.value && one.observedAt === other.observedAt;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
