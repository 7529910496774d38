import type { AlarmSeverity } from '../../alarms/alarm.ts';

export const HOURS = 24;
const HOUR_MS = 3_600_000;

interface BegunAlarm {
  /** Milliseconds since the epoch. */
  readonly begun: number;
  readonly severity: AlarmSeverity;
}

/** The alarms that began in an hour. */
export interface Hour {
  /** Its start, milliseconds since the epoch. */
  readonly start: number;
  /** Critical and high ones. */
  readonly grave: number;
  readonly others: number;
}

/** The last 24 hours that began, the current one last. Hours start with the clock, at minute 0 UTC. */
export function hoursOf(alarms: readonly BegunAlarm[], now: number): Hour[] {
  const current = Math.floor(now / HOUR_MS) * HOUR_MS;
  return Array.from({ length: HOURS }, (_, i) => {
    const start = current - (HOURS - 1 - i) * HOUR_MS;
    const begun = alarms.filter((alarm) => alarm.begun >= start && alarm.begun < start + HOUR_MS);
    const grave = begun.filter(({ severity }) => severity === 'critical' || severity === 'high').length;
    return { start, grave, others: begun.length - grave };
  });
}
