import { DateTime } from 'luxon';

/** A calendar day without a time, `YYYY-MM-DD`. */
export type LocalDate = string;

/**
 * The instant, in milliseconds since 1970, of a local time on a day. A time that the change to summer time skips is
 * moved an hour later; of a time that occurs twice, the first is used.
 */
export function instantOf(date: LocalDate, minutes: number, timeZone: string): number {
  const [year, month, day] = date.split('-').map(Number);
  const zoned = DateTime.fromObject(
    { year, month, day, hour: Math.floor(minutes / 60), minute: minutes % 60 },
    { zone: timeZone },
  );
  const [first] = zoned.getPossibleOffsets();
  return (first ?? zoned).toMillis();
}

/** The local day, minutes since midnight, and the ISO weekday, 1 for Monday to 7. */
export function wallTime(at: number, timeZone: string): { date: LocalDate; minutes: number; weekday: number } {
  const zoned = DateTime.fromMillis(at, { zone: timeZone });
  return { date: zoned.toISODate() as string, minutes: zoned.hour * 60 + zoned.minute, weekday: zoned.weekday };
}

export function nextDay(date: LocalDate): LocalDate {
  return daysAfter(date, 1);
}

export function daysAfter(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** ISO weekday of a calendar day, 1 for Monday to 7. */
export function weekdayOf(date: LocalDate): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/** All days from the first to the last, both included. */
export function daysBetween(from: LocalDate, to: LocalDate): LocalDate[] {
  const days: LocalDate[] = [];
  for (let day = from; day <= to; day = nextDay(day)) days.push(day);
  return days;
}

export function isTimeZone(name: string): boolean {
  return DateTime.local({ zone: name }).isValid;
}
