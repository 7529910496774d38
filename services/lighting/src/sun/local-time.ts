import { DateTime, IANAZone } from 'luxon';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const MAX_OFFSETS = 2000;

/** A calendar day without a time, `YYYY-MM-DD`. */
export type LocalDate = string;

/**
 * The instant, in milliseconds since 1970, of a local time on a day. A time that the change to summer time skips is
 * moved an hour later; of a time that occurs twice, the first is used.
 */
export function instantOf(date: LocalDate, minutes: number, timeZone: string): number {
  const steady = steadyOffset(date, timeZone);
  if (steady !== undefined) return startOfUtcDay(date) + minutes * MINUTE - steady;
  const [year, month, day] = date.split('-').map(Number);
  const zoned = DateTime.fromObject(
    { year, month, day, hour: Math.floor(minutes / 60), minute: minutes % 60 },
    { zone: timeZone },
  );
  const [first] = zoned.getPossibleOffsets();
  return (first ?? zoned).toMillis();
}

const steadyOffsets = new Map<string, number | undefined>();

/**
 * Milliseconds by which local time is ahead of UTC; undefined if clocks change within a day of this one. Cached,
 * because a year of nights asks for it some thousand times, and a calendar library takes 50 µs for each.
 */
function steadyOffset(date: LocalDate, timeZone: string): number | undefined {
  const key = `${timeZone} ${date}`;
  if (steadyOffsets.has(key)) return steadyOffsets.get(key);
  const start = startOfUtcDay(date);
  if (Number.isNaN(start) || new Date(start).toISOString().slice(0, 10) !== date) return undefined; // no such day
  const zone = IANAZone.create(timeZone);
  const [before, after] = [zone.offset(start - DAY), zone.offset(start + 2 * DAY)];
  const steady = before === after ? before * MINUTE : undefined;
  if (steadyOffsets.size >= MAX_OFFSETS) steadyOffsets.clear();
  steadyOffsets.set(key, steady);
  return steady;
}

function startOfUtcDay(date: LocalDate): number {
  return Date.parse(`${date}T00:00:00Z`);
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
  return new Date(startOfUtcDay(date) + days * DAY).toISOString().slice(0, 10);
}

/** ISO weekday of a calendar day, 1 for Monday to 7. */
export function weekdayOf(date: LocalDate): number {
  return new Date(startOfUtcDay(date)).getUTCDay() || 7;
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
