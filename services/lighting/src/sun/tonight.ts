import { daysAfter, type LocalDate, wallTime } from './local-time.ts';

const NOON = 12 * 60;

/** The evening of the night that is on or comes next: until noon that of yesterday. */
export function tonight(timeZone: string, now: number = Date.now()): LocalDate {
  return nightOf(now, timeZone);
}

/** The evening of the night that a moment belongs to, from noon to noon. */
export function nightOf(at: number, timeZone: string): LocalDate {
  const { date, minutes } = wallTime(at, timeZone);
  return minutes < NOON ? daysAfter(date, -1) : date;
}
