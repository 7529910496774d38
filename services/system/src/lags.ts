import type { Lags } from './contract/contract.ts';

/** The lags in the metrics of the broker and of rules; a missing metric counts as 0. */
export function lagsIn(metrics: string): Omit<Lags, 'ingest'> {
  const value = (line: RegExp) => Number(line.exec(metrics)?.[1] ?? 0);
  return {
    notifications: value(/^alzette_broker_outbox_oldest_seconds(?:\{.*\})? (.+)$/m),
    rules: value(/^alzette_rules_lag_seconds(?:\{.*\})? (.+)$/m),
  };
}
