/** After this time a node is asked again. */
export const AGAIN_MS = 2_000;

/** The tenants whose frames wait in the table, because a node is away that they need. */
export class PutOffTenants {
  /** The time by `performance.now()` from which their frames may be taken up. */
  readonly #due = new Map<string, number>();
  /** The tenant whose frames were taken up last. */
  #takenUp: string | undefined;

  get size(): number {
    return this.#due.size;
  }

  has(tenant: string): boolean {
    return this.#due.has(tenant);
  }

  /** Another process has put off frames of the tenant: whether its node is still away is not known. */
  learn(tenant: string): void {
    if (!this.#due.has(tenant)) this.#due.set(tenant, 0);
  }

  /** Frames of the tenant were put off. */
  add(tenant: string): void {
    // Frames that arrive later don't postpone the earlier ones; those that were taken up in vain do.
    if (this.#due.has(tenant) && tenant !== this.#takenUp) return;
    this.#due.set(tenant, performance.now() + AGAIN_MS);
  }

  /** Those whose frames may be taken up. */
  due(isWaiting: (tenant: string) => boolean): string[] {
    const now = performance.now();
    return [...this.#due].flatMap(([tenant, due]) => (due > now || isWaiting(tenant) ? [] : [tenant]));
  }

  /** Frames of the tenant were taken up. @param isAll no more of them wait */
  takeUp(tenant: string, isAll: boolean): void {
    const due = this.#due.get(tenant) ?? 0;
    this.#due.delete(tenant);
    // At the end, so that it is the turn of the other tenants.
    if (!isAll) this.#due.set(tenant, due);
    this.#takenUp = tenant;
  }

  /** Others were taken than those put off. */
  takeOthers(): void {
    this.#takenUp = undefined;
  }
}
