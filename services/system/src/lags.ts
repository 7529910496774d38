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
  const samples = new Map(metrics.split('\n').map(sampleOf));
  return {
    notifications: samples.get('alzette_broker_outbox_oldest_seconds') ?? 0,
    rules: samples.get('alzette_rules_lag_seconds') ?? 0,
  };
}

/** The name and the value of a line, without labels. */
function sampleOf(line: string): [name: string, value: number] {
  return [line.split(/[ {]/, 1)[0] ?? '', Number(line.slice(line.lastIndexOf(' ') + 1))];
}
