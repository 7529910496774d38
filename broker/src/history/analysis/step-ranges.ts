import { instantOf, localDaysOf, weekdayOf } from '@alzette/kit/calendar';
import { DAY, HOUR, planRollups, type Range } from '../rollups/rollup-plan.ts';
import type { Period, Step } from './analysis.ts';

/** The sums to read. Each is within one step of the time zone. */
export interface StepRanges {
  readonly days: readonly Range[];
  readonly hours: readonly Range[];
  /** Whether some days are UTC days, and not those of the time zone. */
  readonly areUtc: boolean;
}

/**
 * The sums of UTC days that lie within one step, and the sums of hours for the rest: the ends of weeks and months, all of
 * a day that does not begin at midnight UTC. An hour counts if it begins within the period.
 *
 * @param hoursFrom sums of hours before this time are not used, so that days are UTC days there; undefined: all are
 */
export function stepRanges({ from, to, step, timeZone }: Period, hoursFrom = Number.NEGATIVE_INFINITY): StepRanges {
  const [since, until] = [from, to].map((time) => Math.ceil(Date.parse(time) / HOUR) * HOUR) as [number, number];
  if (step === 'hour') return { days: [], hours: [[since, until]], areUtc: false };
  const whole = Math.min(until, Math.max(since, hoursFrom));
  const gone: Range[] = since < whole ? [[Math.ceil(since / DAY) * DAY, whole]] : [];
  const { days, hours } = planRollups(stepsOf(whole, until, step, timeZone));
  return { days: [...gone, ...days], hours, areUtc: gone.length > 0 && timeZone !== 'UTC' };
}

function* stepsOf(since: number, until: number, step: Step, timeZone: string): Generator<Range> {
  if (since >= until) return;
  const localDays = localDaysOf(timeZone);
  let from = since;
  for (let day = Math.floor(localDays(since)) + 1; step !== 'all' && day <= localDays(until); day++) {
    if (!isStart(day, step)) continue;
    const start = instantOf(day, localDays);
    if (start > from && start < until) {
      yield [from, start];
      from = start;
    }
  }
  yield [from, until];
}

function isStart(day: number, step: Step): boolean {
  if (step === 'week') return weekdayOf(day) === 0;
  return step === 'day' || new Date(day * DAY).getUTCDate() === 1;
}
