import type { DateTime } from 'luxon';
import { getTimes } from 'suncalc';
import { durationMs } from './duration.ts';

/** Longitude and latitude, degrees. */
export type Position = readonly [longitude: number, latitude: number];

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;
const SUN = /^(sunrise|sunset|dawn|dusk)(?:([+-])(P.+))?$/;

/** The instant of a time of day on a day, in milliseconds since 1970. */
type TimeOfDay = (day: DateTime, position: Position) => number;

/**
 * Parses `HH:MM`, or a solar time with an offset, e.g. `sunset-PT30M`. Dawn and dusk are civil. Undefined: the text is
 * neither. A clock time that the change to summer time skips is an hour later; if the sun does not rise or set, the
 * time is noon.
 */
export function readTimeOfDay(text: string): TimeOfDay | undefined {
  const clock = CLOCK.exec(text);
  if (clock) {
    const [hour, minute] = [Number(clock[1]), Number(clock[2])];
    return (day) => day.set({ hour, minute }).toMillis();
  }
  const [, event, sign, offset] = SUN.exec(text) ?? [];
  if (event === undefined) return undefined;
  const shift = offset === undefined ? 0 : durationMs(offset);
  if (shift === undefined) return undefined;
  return (day, [longitude, latitude]) => {
    const noon = day.set({ hour: 12 });
    const time = getTimes(noon.toJSDate(), latitude, longitude)[event as 'sunrise' | 'sunset' | 'dawn' | 'dusk'];
    return (time?.getTime() ?? noon.toMillis()) + (sign === '-' ? -shift : shift);
  };
}
