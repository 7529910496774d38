import type { DateTime } from 'luxon';

/** Noon minus twelve hours: midnight but for the days on which clocks change (gtfs.org/schedule, Time). */
export function startOfService(day: DateTime): DateTime {
  return day.set({ hour: 12, minute: 0, second: 0, millisecond: 0 }).minus({ hours: 12 });
}
