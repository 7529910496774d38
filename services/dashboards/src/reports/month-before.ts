export interface Month {
  /** The first day of the month, and the first day of the next: `2026-01-01`. */
  readonly fromDay: string;
  readonly toDay: string;
  /** The starts of these days in the time zone; milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
}

/** The calendar month before the month of an instant, in a time zone. */
export function monthBefore(now: Date, timeZone: string): Month {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit' }).format(now);
  const [year = 0, month = 1] = parts.split('-').map(Number);
  const day = (offset: number) => new Date(Date.UTC(year, month - 1 + offset, 1)).toISOString().slice(0, 10);
  const [fromDay, toDay] = [day(-1), day(0)];
  return { fromDay, toDay, from: beginningOf(fromDay, timeZone), to: beginningOf(toDay, timeZone) };
}

/** When a day begins in a time zone. Tries steps of 15 minutes, because UTC offsets are multiples of it. */
function beginningOf(day: string, timeZone: string): number {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const QUARTER_MS = 900_000;
  const noon = Date.parse(`${day}T12:00:00Z`);
  // Time zones are at most fourteen hours ahead of UTC and twelve behind it.
  for (let at = noon - 96 * QUARTER_MS - 8 * QUARTER_MS; at < noon + 4 * 24 * QUARTER_MS; at += QUARTER_MS) {
    if (format.format(at) === day) return at;
  }
  return Date.parse(`${day}T00:00:00Z`);
}
