const RECENT_MS = 1_000;

/** Which tenants ask at the moment, so that one with a large load leaves room for the others. */
export class Company {
  #latest: { readonly tenant: string; at: number } | undefined;
  /** Of another tenant than the latest. */
  #before: { readonly tenant: string; at: number } | undefined;

  /** A tenant has sent a request that is no load. */
  seen(tenant: string): void {
    const at = performance.now();
    if (this.#latest?.tenant === tenant) {
      this.#latest.at = at;
      return;
    }
    this.#before = this.#latest;
    this.#latest = { tenant, at };
  }

  /** Whether another tenant than this one has lately asked for something. */
  hasOthers(tenant: string): boolean {
    const other = this.#latest?.tenant === tenant ? this.#before : this.#latest;
    return other !== undefined && performance.now() - other.at < RECENT_MS;
  }
}
