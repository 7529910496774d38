import { instantOf, wallTime } from '@alzette/lighting';

const DAY = 24 * 3_600_000;
const QUARTER = 900_000;
const TIME_ZONE = 'Europe/Paris';

const offsets = new Map<number, number>();

/** Days since 1970-01-01 in the territory's local time, with a fraction: .5 is local noon. */
export function localDays(at: number): number {
  return (at + offsetAt(at)) / DAY;
}

/** The time when local clocks show this many minutes after midnight, on a day counted since 1970-01-01. */
export function instantOn(day: number, minutes: number): number {
  return instantOf(new Date(day * DAY).toISOString().slice(0, 10), minutes, TIME_ZONE);
}

/** Called for every container at every tick, so cached per quarter of an hour: offsets change only at quarter hours. */
function offsetAt(at: number): number {
  const quarter = Math.floor(at / QUARTER);
  const known = offsets.get(quarter);
  if (known !== undefined) return known;
  if (offsets.size > 2000) offsets.clear();
  const { date, minutes } = wallTime(quarter * QUARTER, TIME_ZONE);
  const offset = Date.parse(`${date}T00:00:00Z`) + minutes * 60_000 - quarter * QUARTER;
  offsets.set(quarter, offset);
  return offset;
}
