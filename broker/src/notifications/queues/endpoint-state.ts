/** How an endpoint takes notifications, as the process that is asked sees it. */
export interface EndpointState {
  /** Without query and credentials. */
  readonly endpoint: string;
  /** `closed`: it takes them; `open`: it failed, and all wait until `retryAt`; `half-open`: a single one tries. */
  readonly circuit: 'closed' | 'open' | 'half-open';
  /** In a row. */
  readonly failures: number;
  /** ISO 8601. */
  readonly retryAt?: string;
  readonly lastError?: string;
  /** Notifications in memory, those under way included; more may wait in the outbox. */
  readonly waiting: number;
}
