/** What is counted of each tenant by day (UTC). */
export type Countable = 'jobs' | 'computeSeconds' | 'mails' | 'pushes';

/**
 * What tenants use of what all share: counted, and limited if who runs the installation has set a quota. The broker
 * keeps quotas and counts.
 */
export interface Shares {
  /**
   * Counts what is about to happen.
   *
   * @throws Error: 429 with `Retry-After`, naming the quota: there is no more of it today
   */
  take(tenant: string, what: Countable, amount?: number): void;
  /** Counts what has happened. */
  add(tenant: string, what: Countable, amount: number): void;
  /** When there is more of what is used up; undefined: there is some left. */
  usedUpUntil(tenant: string, what: Countable): Date | undefined;
  /** How many bytes of files a tenant may keep; undefined: any number. */
  mostFileBytes(tenant: string): number | undefined;
}

/** For what runs on its own: nothing is counted or limited. */
export const UNLIMITED: Shares = {
  take() {},
  add() {},
  usedUpUntil: () => undefined,
  mostFileBytes: () => undefined,
};
