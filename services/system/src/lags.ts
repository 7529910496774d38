/** How long the oldest has waited that is to be done, in seconds: what is told, read and decided is so far behind. */
export interface Lags {
  /** Notifications to subscribers. */
  readonly notifications: number;
  /** Messages of devices. */
  readonly ingest: number;
  /** Changes that rules have yet to look at. */
  readonly rules: number;
}

/** Those that the metrics of the broker and of rules tell; what they leave out counts as none. */
export function lagsIn(metrics: string): Omit<Lags, 'ingest'> {
  const samples = new Map(metrics.split('\n').map(sampleOf));
  return {
    notifications: samples.get('alzette_broker_outbox_oldest_seconds') ?? 0,
    rules: samples.get('alzette_rules_lag_seconds') ?? 0,
  };
}

/** Name and number of a line, without labels. */
function sampleOf(line: string): [name: string, value: number] {
  return [line.split(/[ {]/, 1)[0] ?? '', Number(line.slice(line.lastIndexOf(' ') + 1))];
}
