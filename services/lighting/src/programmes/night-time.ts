import { InvalidInput } from '../input/invalid-input.ts';
import { instantOf, nextDay } from '../sun/local-time.ts';
import { type Site, SUN_EVENTS, type SunEvent, type SunNight } from '../sun/sun-night.ts';

/**
 * A time of a night. In TALQ the first kind belongs to fixed time controls, the second to astro clock controls.
 * `minutes` counts from local midnight: from noon on it is in the evening, before noon in the following morning.
 */
export type NightTime =
  | { readonly kind: 'clock'; readonly minutes: number }
  | { readonly kind: 'sun'; readonly event: SunEvent; readonly offsetMinutes: number };

const NOON = 12 * 60;
const LARGEST_OFFSET = 6 * 60;
const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;
const SUN = /^([a-zA-Z]+)(?:([+-])([01]\d|2[0-3]):([0-5]\d))?$/;
const NIGHT_TIME_FORM = 'HH:MM, or sunset, sunrise, civilDusk or civilDawn with an offset such as sunset+00:15';

/**
 * Parses `21:00`, `sunset`, `sunrise-00:10`.
 *
 * @throws InvalidInput
 */
export function readNightTime(text: unknown, member: string): NightTime {
  if (typeof text !== 'string') throw new InvalidInput(member, text, NIGHT_TIME_FORM);
  const clock = CLOCK.exec(text);
  if (clock) return { kind: 'clock', minutes: Number(clock[1]) * 60 + Number(clock[2]) };
  const [, name, sign, hours = '0', minutes = '0'] = SUN.exec(text) ?? [];
  const event = SUN_EVENTS.find((known) => known === name);
  const offsetMinutes = (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  if (event === undefined || Math.abs(offsetMinutes) > LARGEST_OFFSET) {
    throw new InvalidInput(member, text, NIGHT_TIME_FORM);
  }
  return { kind: 'sun', event, offsetMinutes };
}

export function writeNightTime(time: NightTime): string {
  if (time.kind === 'clock') return hoursAndMinutes(time.minutes);
  const { event, offsetMinutes } = time;
  if (offsetMinutes === 0) return event;
  return `${event}${offsetMinutes < 0 ? '-' : '+'}${hoursAndMinutes(Math.abs(offsetMinutes))}`;
}

/** The instant in this night: milliseconds since 1970. */
export function momentOf(time: NightTime, night: SunNight, { timeZone }: Site): number {
  if (time.kind === 'sun') return night[time.event] + time.offsetMinutes * 60_000;
  const date = time.minutes >= NOON ? night.date : nextDay(night.date);
  return instantOf(date, time.minutes, timeZone);
}

function hoursAndMinutes(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
