import { DateTime } from 'luxon';

/** What the drill measures: known before the product sees it, so that all sums can be compared with it. */
export interface Series {
  readonly entity: string;
  readonly type: string;
  readonly attribute: string;
  /** The value of the n-th hour since the beginning. */
  measure(hour: number): number;
}

export const TIME_ZONE = 'Europe/Paris';
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** Longer than a simulated month, with the days after it. */
const MOST_HOURS = 60 * 24;

export const LAMPS = [0, 1, 2].map((n) => `urn:ngsi-ld:Streetlight:${n}`);
export const METERS = ['electricity', 'water'] as const;
export const METER = 'SmartMeteringObservation';
export const meterOf = (kind: string) => `urn:ngsi-ld:${METER}:${kind}`;
export const BUILDING = 'urn:ngsi-ld:Building:school';
export const STATION = 'urn:ngsi-ld:WeatherObserved:roof';
/** Its measures come two days late. */
export const LATE_STATION = 'urn:ngsi-ld:WeatherObserved:yard';
export const LATE_DAYS = 2;

/** A counter that grows by another amount each hour. @param unit what an amount of 1 adds */
function counter(amountOf: (hour: number) => number, unit = 1): (hour: number) => number {
  const sums = [0];
  for (let hour = 0; hour < MOST_HOURS; hour++) sums.push((sums[hour] as number) + amountOf(hour));
  return (hour) => (sums[hour] as number) * unit;
}

const weather = (entity: string, n: number): Series[] => [
  { entity, type: 'WeatherObserved', attribute: 'temperature', measure: (hour) => ((hour * 3 + n) % 17) + 1 },
  { entity, type: 'WeatherObserved', attribute: 'relativeHumidity', measure: (hour) => ((hour * 5 + n) % 60) / 100 },
];

/** Measured each hour, and told soon. */
export const HOURLY: readonly Series[] = [
  ...LAMPS.map((entity, n) => ({
    entity,
    type: 'Streetlight',
    attribute: 'energyConsumed',
    measure: counter((hour) => (((hour * 7 + n * 3) % 11) + 1) * 4, 0.001),
  })),
  ...METERS.map((kind, n) => ({
    entity: meterOf(kind),
    type: METER,
    attribute: 'totalConsumption',
    measure: counter((hour) => ((hour * 5 + n) % 9) + 1),
  })),
  ...weather(STATION, 0),
];
export const LATE: readonly Series[] = weather(LATE_STATION, 1);

/** Bills come every fifth day, each twice, as from an importer that was killed. */
export const BILL_EVERY_DAYS = 5;
export const priceOf = (n: number) => 100 + n * 37;

/** Local days as `YYYY-MM-DD`, from the first of a month to so many days after its last. */
export function daysOf(month: string, after: number): string[] {
  const first = DateTime.fromISO(`${month}-01`, { zone: TIME_ZONE });
  const count = (first.daysInMonth ?? 0) + after;
  return Array.from({ length: count }, (_, n) => first.plus({ days: n }).toISODate() as string);
}

/** The instant of a local time. */
export const instant = (day: string, time: string) =>
  DateTime.fromISO(`${day}T${time}`, { zone: TIME_ZONE }).toMillis();
export const iso = (at: number) => new Date(at).toISOString();
/**
 * The public holidays of Moselle in the months of the clock changes of 2027 (Easter is on 28 March), and of the days after them,
 * by the calendar on the wall.
 */
const HOLIDAYS = ['2027-03-26', '2027-03-29', '2027-11-01'];
export const isHoliday = (day: string) => HOLIDAYS.includes(day);
export const isWorkday = (day: string) => DateTime.fromISO(day).weekday <= 5;
