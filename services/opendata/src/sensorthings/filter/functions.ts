import { ExpressionFault, type Instant, type Place } from './expression.ts';

/** A value during evaluation; undefined and null are OData's null. */
export type Value = unknown;

export interface Known {
  readonly takes: number;
  /** Evaluated with no value null. */
  readonly run: (...values: Value[]) => Value;
}

const asText = (value: Value): string => {
  if (typeof value !== 'string') throw NULL;
  return value;
};
const asNumber = (value: Value): number => {
  if (typeof value !== 'number') throw NULL;
  return value;
};
/** Thrown where a value has another type than the function takes: the result is null, and the item is left out. */
export const NULL: unique symbol = Symbol('null');

const texts = (takes: number, run: (...values: string[]) => Value): Known => ({
  takes,
  run: (...values) => run(...values.map(asText)),
});
const numbers = (takes: number, run: (...values: number[]) => Value): Known => ({
  takes,
  run: (...values) => run(...values.map(asNumber)),
});
/** Parts of a time are those of its own zone: of values kept in UTC, of UTC. */
const ofTime = (run: (at: Date, offsetMinutes: number) => Value): Known => ({
  takes: 1,
  run(value) {
    const { instant, offsetMinutes } = asInstant(value);
    return run(new Date(instant + offsetMinutes * 60_000), offsetMinutes);
  },
});

export function asInstant(value: Value): Instant {
  if (typeof value === 'object' && value !== null && 'instant' in value) return value as Instant;
  const instant = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(instant)) throw NULL;
  return { instant, offsetMinutes: 0 };
}

const later = (): Known => ({
  takes: 2,
  run() {
    throw new ExpressionFault(
      'functions of space can only be joined by "and" with the rest of $filter, between a location and a geography',
      true,
    );
  },
});

/** The functions of Table 23, and the operators of Table 22 that calculate. */
export const FUNCTIONS: ReadonlyMap<string, Known> = new Map<string, Known>([
  ['substringof', texts(2, (part, whole) => (whole as string).includes(part as string))],
  ['contains', texts(2, (whole, part) => (whole as string).includes(part as string))],
  ['endswith', texts(2, (whole, end) => (whole as string).endsWith(end as string))],
  ['startswith', texts(2, (whole, start) => (whole as string).startsWith(start as string))],
  ['length', texts(1, (text) => (text as string).length)],
  ['indexof', texts(2, (whole, part) => (whole as string).indexOf(part as string))],
  ['substring', { takes: 2, run: (text, start) => asText(text).slice(Math.max(0, asNumber(start))) }],
  ['tolower', texts(1, (text) => (text as string).toLowerCase())],
  ['toupper', texts(1, (text) => (text as string).toUpperCase())],
  ['trim', texts(1, (text) => (text as string).trim())],
  ['concat', texts(2, (one, other) => `${one}${other}`)],
  ['year', ofTime((at) => at.getUTCFullYear())],
  ['month', ofTime((at) => at.getUTCMonth() + 1)],
  ['day', ofTime((at) => at.getUTCDate())],
  ['hour', ofTime((at) => at.getUTCHours())],
  ['minute', ofTime((at) => at.getUTCMinutes())],
  ['second', ofTime((at) => at.getUTCSeconds())],
  ['fractionalseconds', ofTime((at) => at.getUTCMilliseconds() / 1000)],
  ['date', ofTime((at) => at.toISOString().slice(0, 10))],
  ['time', ofTime((at) => at.toISOString().slice(11, 23))],
  ['totaloffsetminutes', ofTime((_at, offset) => offset)],
  ['now', { takes: 0, run: () => ({ instant: Date.now(), offsetMinutes: 0 }) }],
  ['mindatetime', { takes: 0, run: () => ({ instant: Date.parse('0001-01-01T00:00:00Z'), offsetMinutes: 0 }) }],
  ['maxdatetime', { takes: 0, run: () => ({ instant: Date.parse('9999-12-31T23:59:59Z'), offsetMinutes: 0 }) }],
  // Halves are rounded away from zero (OData 4.0, 5.1.1.4).
  ['round', numbers(1, (value = 0) => Math.sign(value) * Math.round(Math.abs(value)))],
  ['floor', numbers(1, (value) => Math.floor(value as number))],
  ['ceiling', numbers(1, (value) => Math.ceil(value as number))],
  ['add', numbers(2, (a, b) => (a as number) + (b as number))],
  ['sub', numbers(2, (a, b) => (a as number) - (b as number))],
  ['mul', numbers(2, (a, b) => (a as number) * (b as number))],
  ['div', numbers(2, (a, b) => (a as number) / (b as number))],
  ['mod', numbers(2, (a, b) => (a as number) % (b as number))],
  ['geo.distance', { takes: 2, run: (one, other) => metresBetween(pointOf(one), pointOf(other)) }],
  ...['geo.intersects', 'st_equals', 'st_disjoint', 'st_within', 'st_overlaps', 'st_intersects', 'st_contains'].map(
    (name) => [name, later()] as const,
  ),
]);

type Position = readonly [number, number];

function pointOf(value: Value): Position {
  const given = value as Partial<Place> & { type?: unknown; coordinates?: unknown; geometry?: unknown };
  const geometry = (given?.geometry ?? given) as { type?: unknown; coordinates?: unknown };
  if (geometry?.type !== 'Point' || !Array.isArray(geometry.coordinates)) throw NULL;
  return geometry.coordinates as unknown as Position;
}

const EARTH_M = 6_371_008.8;

/** On the sphere, by the haversine formula. */
function metresBetween([lon1, lat1]: Position, [lon2, lat2]: Position): number {
  const radians = Math.PI / 180;
  const [dLat, dLon] = [(lat2 - lat1) * radians, (lon2 - lon1) * radians];
  const chord = Math.sin(dLat / 2) ** 2 + Math.cos(lat1 * radians) * Math.cos(lat2 * radians) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}
