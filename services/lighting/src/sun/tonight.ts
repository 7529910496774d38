import { daysAfter, type LocalDate, wallTime } from './local-time.ts';

const NOON = 12 * 60;

/** The day of the present or next night: before noon, yesterday. */
export function tonight(timeZone: string, now: number = Date.now()): LocalDate {
  return nightOf(now, timeZone);
}

/** The day of the night that an instant belongs to, from noon to noon. */
export function nightOf(at: number, timeZone: string): LocalDate {
  const { date, minutes } = wallTime(at, timeZone);
  return minutes < NOON ? daysAfter(date, -1) : date;
}
