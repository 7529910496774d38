import { Cron } from 'croner';
import type { Schedule } from './items/source-members.ts';

const LONGEST_PAUSE_MS = 3_600_000;
const FIRST_PAUSE_MS = 15_000;

/** The next run of a source; consecutive failures delay it, up to an hour. Undefined: it has no schedule. */
export function nextRun(
  schedule: Schedule | undefined,
  after: Date,
  failures = 0,
  notBefore?: Date | undefined,
): Date | undefined {
  if (schedule === undefined) return undefined;
  const due =
    'everyS' in schedule ? new Date(after.getTime() + schedule.everyS * 1000) : cronOf(schedule).nextRun(after);
  if (due === null) return undefined;
  const pause = failures === 0 ? 0 : Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
  return new Date(Math.max(due.getTime(), after.getTime() + pause, notBefore?.getTime() ?? 0));
}

/** @throws Error the text is not a cron expression, or the zone is unknown */
export function cronOf({ cron, timeZone }: Extract<Schedule, { cron: string }>): Cron {
  return new Cron(cron, { paused: true, mode: '5-or-6-parts', timezone: timeZone ?? 'UTC' });
}
