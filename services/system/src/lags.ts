/** The age of the oldest pending work in seconds: how far notifications, ingestion and rules are behind. */
export interface Lags {
  /** Notifications to subscribers. */
  readonly notifications: number;
  /** Messages of devices. */
  readonly ingest: number;
  /** Changes that rules have not evaluated yet. */
  readonly rules: number;
}

/** The lags in the metrics of the broker and of rules; a missing metric counts as 0. */
export function lagsIn(metrics: string): Omit<Lags, 'ingest'> {
  const value = (line: RegExp) => Number(line.exec(metrics)?.[1] ?? 0);
  return {
    notifications: value(/^alzette_broker_outbox_oldest_seconds(?:\{.*\})? (.+)$/m),
    rules: value(/^alzette_rules_lag_seconds(?:\{.*\})? (.+)$/m),
  };
}
