import { badMember } from '../../model/values.ts';

/** An ISO 8601 duration as calendar months and milliseconds, which include years and weeks. */
export interface Duration {
  readonly months: number;
  readonly milliseconds: number;
}

const WEEKS = /^P(\d{1,6})W$/;
const PARTS =
  /^P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})D)?(T(?:(\d{1,9})H)?(?:(\d{1,9})M)?(?:(\d{1,9}(?:\.\d{1,3})?)S)?)?$/;

const DAY = 86_400_000;
const LONGEST_YEARS = 1000;

/**
 * Parses a duration, e.g. `PT5M`, `P1D`, `P2W`, `P1Y6M`.
 *
 * @throws NgsiLdError BadRequestData: it is invalid, or longer than any range of DateTimes
 */
export function parseDuration(text: string, parameter: string): Duration {
  const duration = durationOf(text, parameter);
  if (duration.months / 12 + duration.milliseconds / (365 * DAY) > LONGEST_YEARS) {
    throw badMember(parameter, text, `a duration of at most ${LONGEST_YEARS} years`);
  }
  return duration;
}

function durationOf(text: string, parameter: string): Duration {
  const weeks = WEEKS.exec(text);
  if (weeks) return { months: 0, milliseconds: Number(weeks[1]) * 7 * DAY };
  const parts = PARTS.exec(text);
  if (parts === null || text.endsWith('P') || text.endsWith('T')) {
    throw badMember(parameter, text, 'an ISO 8601 duration, e.g. PT5M or P1D');
  }
  const [years, months, days, , hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    months: years * 12 + months,
    milliseconds: days * DAY + hours * 3_600_000 + minutes * 60_000 + Math.round(seconds * 1000),
  };
}

export function isZero({ months, milliseconds }: Duration): boolean {
  return months === 0 && milliseconds === 0;
}

/** The start of the nth period after an anchor, both in milliseconds since 1970. Months follow the UTC calendar. */
export function periodStart(anchor: number, { months, milliseconds }: Duration, n: number): number {
  if (months === 0) return anchor + n * milliseconds;
  const date = new Date(anchor);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + n * months);
  // The 31st becomes the last day of shorter months.
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(day, last));
  return date.getTime() + n * milliseconds;
}

/** The number of the period that contains a time; negative before the anchor. */
export function periodOf(anchor: number, period: Duration, time: number): number {
  if (period.months === 0) return Math.floor((time - anchor) / period.milliseconds);
  let n = Math.floor((time - anchor) / (period.months * 30.436875 * DAY + period.milliseconds));
  while (periodStart(anchor, period, n) > time) n--;
  while (periodStart(anchor, period, n + 1) <= time) n++;
  return n;
}
