import { namedCache } from '@alzette/kit/caches';
import { getTimes, type SunTimeName } from 'suncalc';
import { InvalidInput } from '../input/invalid-input.ts';
import { instantOf, type LocalDate } from './local-time.ts';

/** A place with its time zone. Degrees, WGS 84. */
export interface Site {
  readonly longitude: number;
  readonly latitude: number;
  /** IANA name, e.g. `Europe/Paris`. */
  readonly timeZone: string;
}

/** The solar events of a night, milliseconds since 1970. A night belongs to the day of its evening. */
export interface SunNight {
  readonly date: LocalDate;
  readonly sunset: number;
  /** The sun 6° below the horizon. */
  readonly civilDusk: number;
  readonly civilDawn: number;
  readonly sunrise: number;
}

export type SunEvent = Exclude<keyof SunNight, 'date'>;

export const SUN_EVENTS: readonly SunEvent[] = ['sunset', 'civilDusk', 'civilDawn', 'sunrise'];

const NOON = 12 * 60;
const DAY_MS = 86_400_000;
/** About 4,000 nights. Many strategies ask for the nights of one site. */
const NIGHTS_BYTES = 1024 * 1024;
const NIGHT_BYTES = 80;

type Events = { readonly [Event in SunEvent]: number | undefined };

interface Computed extends Events {
  readonly isPolarDay: boolean;
}

const computed = namedCache<Computed>('sun_nights', NIGHTS_BYTES);

/**
 * The night that follows local noon of a day.
 *
 * @param needed the required events: near the polar circles there may be a sunset without civil dusk
 * @throws InvalidInput place: one of them does not occur that night
 */
export function sunNight(site: Site, date: LocalDate, needed: readonly SunEvent[] = SUN_EVENTS): SunNight {
  const { isPolarDay, ...events } = computedNight(site, date);
  for (const event of needed) if (events[event] === undefined) throw withoutEvent(site, date, event, isPolarDay);
  // Missing events are not used by the caller.
  return { date, ...(events as Record<SunEvent, number>) };
}

function computedNight(site: Site, date: LocalDate): Computed {
  const key = `${site.longitude} ${site.latitude} ${site.timeZone} ${date}`;
  let night = computed.get(key);
  if (night === undefined) {
    night = computeNight(site, date);
    computed.set(key, night, NIGHT_BYTES);
  }
  return night;
}

function computeNight(site: Site, date: LocalDate): Computed {
  const noon = instantOf(date, NOON, site.timeZone);
  const days = [-1, 0, 1, 2].map((day) => getTimes(new Date(noon + day * DAY_MS), site.latitude, site.longitude));
  const firstAfter = (name: SunTimeName, after: number): number | undefined =>
    days.map((times) => times[name]?.getTime()).find((at) => at !== undefined && at > after && at <= after + DAY_MS);
  const sunset = firstAfter('sunset', noon);
  const civilDusk = firstAfter('dusk', sunset ?? noon);
  return {
    sunset,
    civilDusk,
    civilDawn: firstAfter('dawn', civilDusk ?? sunset ?? noon),
    sunrise: firstAfter('sunrise', sunset ?? noon),
    isPolarDay: days[1]?.alwaysUp ?? false,
  };
}

function withoutEvent(site: Site, date: LocalDate, event: SunEvent, isAlwaysUp: boolean): InvalidInput {
  const why = event === 'sunset' || event === 'sunrise' ? (isAlwaysUp ? 'polar day' : 'polar night') : 'white night';
  return new InvalidInput(
    'place',
    [site.longitude, site.latitude],
    `a place that has a ${WORDS[event]} in the night of ${date} (${why} there), or fixed times in "on" and "off"`,
  );
}

const WORDS: Readonly<Record<SunEvent, string>> = {
  sunset: 'sunset',
  civilDusk: 'civil dusk',
  civilDawn: 'civil dawn',
  sunrise: 'sunrise',
};
