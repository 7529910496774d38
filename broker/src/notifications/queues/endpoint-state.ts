/** The state of an endpoint, as seen by this process. */
export interface EndpointState {
  /** URL without query and credentials. */
  readonly endpoint: string;
  /** The tenant of the subscriptions; "" is the default one. */
  readonly tenant: string;
  /**
   * `closed`: it accepts notifications. `open`: it failed, and all wait until `retryAt`. `half-open`: a single
   * notification is tried.
   */
  readonly circuit: 'closed' | 'open' | 'half-open';
  /** Consecutive failures. */
  readonly failures: number;
  /** ISO 8601. */
  readonly retryAt?: string;
  readonly lastError?: string;
  /** Notifications in memory, including those in progress. More may wait in the outbox. */
  readonly waiting: number;
}
