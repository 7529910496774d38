/** Converts a time to the days since 1970 in local time, with a fraction. @param at milliseconds since 1970 */
export type LocalDays = (at: number) => number;

const QUARTER = 900_000;
const DAY = 86_400_000;
const MAX_KEPT = 50_000;

/** The local days of an IANA time zone. The offset of each quarter of an hour is cached. */
export function localDaysOf(timeZone: string): LocalDays {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    hourCycle: 'h23',
  });
  const offsets = new Map<number, number>();
  return (at) => {
    const quarter = Math.floor(at / QUARTER);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      const parts = Object.fromEntries(
        format.formatToParts(quarter * QUARTER).map(({ type, value }) => [type, Number(value)]),
      );
      const { year = 1970, month = 1, day = 1, hour = 0, minute = 0 } = parts;
      offset = Date.UTC(year, month - 1, day, hour, minute) - quarter * QUARTER;
      if (offsets.size > MAX_KEPT) offsets.clear();
      offsets.set(quarter, offset);
    }
    return (at + offset) / DAY;
  };
}

/** The inverse: the instant of a local day with a fraction. Of an hour that occurs twice, the second. */
export function instantOf(days: number, localDays: LocalDays): number {
  const asUtc = days * DAY;
  const first = asUtc - (localDays(asUtc) * DAY - asUtc);
  return asUtc - (localDays(first) * DAY - first);
}

/** Monday is 0. @param day days since 1970 */
export function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7;
}
