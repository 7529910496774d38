import { DateTime } from 'luxon';
import type { Deadline } from '../contract/procedure.ts';

/** A time in which the desk waited for missing parts. Days are local, as `2026-12-02`. */
export interface Pause {
  readonly askedOn: string;
  /** Absent: it still waits. */
  readonly endedOn?: string | undefined;
}

/**
 * The day on which silence decides: the day after the request, plus the period, plus the days of waiting for missing parts. If the
 * parts begin the time again (`reset`), it is counted from their arrival. While parts are missing, the day is the one if they came
 * today: it moves with each day.
 */
export function dueOn(
  { amount, unit, resume }: Pick<Deadline, 'amount' | 'unit' | 'resume'>,
  sentOn: string,
  pauses: readonly Pause[],
  today: string,
): string {
  const ended = pauses.map(({ askedOn, endedOn = today }) => ({ askedOn, endedOn }));
  const starts = resume === 'reset' ? ended.map(({ endedOn }) => endedOn) : [];
  const start = [sentOn, ...starts].reduce((latest, day) => (day > latest ? day : latest));
  const waited =
    resume === 'reset' ? 0 : ended.reduce((days, { askedOn, endedOn }) => days + daysBetween(askedOn, endedOn), 0);
  const due = dayOf(start)
    .plus({ days: 1 })
    .plus({ [unit]: amount })
    .plus({ days: waited });
  return due.toISODate() ?? '';
}

export function daysBetween(from: string, to: string): number {
  return Math.max(0, dayOf(to).diff(dayOf(from), 'days').days);
}

export function addDays(day: string, days: number): string {
  return dayOf(day).plus({ days }).toISODate() ?? '';
}

/** The local day of an instant. */
export function localDay(at: Date, zone: string): string {
  return DateTime.fromJSDate(at, { zone }).toISODate() ?? '';
}

/** As UTC, so that changes of the clock do not matter. */
function dayOf(day: string): DateTime {
  return DateTime.fromISO(day, { zone: 'utc' });
}
