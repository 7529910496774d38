/** Hands out `$1`, `$2`… for values met while the text of a statement is being built. */
export class SqlParameters {
  readonly values: unknown[];

  constructor(values: readonly unknown[] = []) {
    this.values = [...values];
  }

  /** Keeps the value and answers its placeholder, e.g. `$3`. Casts are the caller's: `${params.add(x)}::text[]`. */
  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }
}
