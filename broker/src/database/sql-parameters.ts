/** Collects values while the text of a statement is built, and returns their placeholders `$1`, `$2`… */
export class SqlParameters {
  readonly values: unknown[];

  constructor(values: readonly unknown[] = []) {
    this.values = [...values];
  }

  /** Adds a value and returns its placeholder, e.g. `$3`. The caller adds casts: `${params.add(x)}::text[]`. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
