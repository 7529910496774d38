import { type Position, seededRandom, type Territory } from '@alzette/territory';
import { strToU8, zipSync } from 'fflate';
import { DateTime } from 'luxon';

/** A transport network of the demo, with its lines. */
export interface Network {
  /** The name of its source, such as `FR-fluo`. */
  readonly feed: string;
  readonly operator: string;
  readonly timeZone: string;
  readonly hasRealTime: boolean;
  readonly lines: readonly DemoLine[];
}

interface DemoLine {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  readonly stops: readonly DemoStop[];
  /** As GTFS numbers it. */
  readonly mode: typeof BUS | typeof TRAIN;
  /** Minutes between two departures, the first after five in the morning. */
  readonly headway: number;
}

interface DemoStop {
  readonly id: string;
  readonly name: string;
  readonly position: Position;
}

export interface DemoTrip {
  readonly id: string;
  readonly line: DemoLine;
  readonly stops: readonly DemoStop[];
  /** Minutes since midnight at its first stop. */
  readonly starts: number;
}

const TRAIN = 2;
const BUS = 3;
const FIRST = 5 * 60;
const LAST = 23 * 60;
export const LEG_MINUTES = 6;
const ESCH: DemoStop = { id: 'esch-gare', name: 'Esch-sur-Alzette, Gare', position: [5.9844, 49.4942] };
const BELVAL: DemoStop = { id: 'belval', name: 'Belval, Université', position: [5.9488, 49.5004] };

/** A network on each side of the border, and a town bus without real-time data. */
export function networksOf({ communes }: Territory): Network[] {
  const stop = (place: string, east: number) =>
    communes.map(({ slug, name, center: [longitude, latitude] }): DemoStop => {
      return { id: `${slug}-mairie`, name: `${name}, ${place}`, position: [longitude + east, latitude + 0.0004] };
    });
  const [french, crossing] = [stop('Mairie', 0.0008), stop('Mairie (LU)', 0.0014)];
  const station = stop('Gare', 0.003)
    .slice(0, 1)
    .map((each) => ({ ...each, id: 'gare' }));
  const every = (stops: readonly DemoStop[], step: number, first: number) => stops.filter((_, i) => i % step === first);
  const line = (id: string, colour: string, headway: number, stops: readonly DemoStop[]): DemoLine => {
    return { id, name: id, colour, headway, stops, mode: BUS };
  };
  return [
    {
      feed: 'FR-fluo',
      operator: 'Fluo Grand Est',
      timeZone: 'Europe/Paris',
      hasRealTime: true,
      lines: [line('51', '0B5FA5', 20, every(french, 2, 0)), line('52', 'B3261E', 30, every(french, 2, 1))],
    },
    {
      feed: 'LU-rgtr',
      operator: 'RGTR',
      timeZone: 'Europe/Luxembourg',
      hasRealTime: true,
      lines: [
        line('604', '1B7F3B', 15, [...crossing.slice(0, 2), ...crossing.slice(-2), BELVAL, ESCH]),
        { ...line('RB60', 'A6192E', 30, [...station, BELVAL, ESCH]), mode: TRAIN },
      ],
    },
    {
      feed: 'FR-citeline',
      operator: 'Citeline',
      timeZone: 'Europe/Paris',
      hasRealTime: false,
      lines: [line('C1', '6A3FA0', 40, stop('Centre', -0.0009).slice(-3))],
    },
  ];
}

/** All trips of a day, in both directions. */
export function tripsOf({ lines }: Network): DemoTrip[] {
  return lines.flatMap((line) =>
    [line.stops, [...line.stops].reverse()].flatMap((stops, way) => {
      const count = Math.floor((LAST - FIRST) / line.headway);
      return Array.from({ length: count }, (_, i): DemoTrip => {
        const starts = FIRST + i * line.headway + way * Math.floor(line.headway / 2);
        return { id: `${line.id}-${way}-${starts}`, line, stops, starts };
      });
    }),
  );
}

/** The delay of a trip on a day in seconds; undefined: it is cancelled. */
export function delayOf({ id }: DemoTrip, day: string): number | undefined {
  const random = seededRandom(`${id} ${day}`);
  if (random() < 0.03) return undefined;
  return Math.max(0, Math.round((random() * 9 - 4) * 60));
}

/** The timetable of a network as GTFS (gtfs.org/schedule), from a week before a day to two months after it. */
export function gtfsOf(network: Network, now: Date): Uint8Array {
  const { operator, timeZone, lines } = network;
  const local = DateTime.fromJSDate(now, { zone: timeZone });
  const [from, to] = [local.minus({ days: 7 }), local.plus({ days: 60 })].map((day) => day.toFormat('yyyyMMdd'));
  const trips = tripsOf(network);
  const stops = [...new Map(lines.flatMap((line) => line.stops).map((stop) => [stop.id, stop])).values()];
  const files: Readonly<Record<string, readonly (readonly (string | number)[])[]>> = {
    'agency.txt': [
      ['agency_id', 'agency_name', 'agency_url', 'agency_timezone', 'agency_lang'],
      ['a', operator, 'https://example.org', timeZone, 'fr'],
    ],
    'routes.txt': [
      ['route_id', 'agency_id', 'route_short_name', 'route_long_name', 'route_type', 'route_color', 'route_text_color'],
      ...lines.map(({ id, name, colour, mode, stops: on }) => {
        return [id, 'a', name, quoted(`${on[0]?.name} - ${on.at(-1)?.name}`), mode, colour, 'FFFFFF'];
      }),
    ],
    'stops.txt': [
      ['stop_id', 'stop_name', 'stop_lat', 'stop_lon'],
      ...stops.map(({ id, name, position: [longitude, latitude] }) => [id, quoted(name), latitude, longitude]),
    ],
    'trips.txt': [
      ['route_id', 'service_id', 'trip_id', 'trip_headsign'],
      ...trips.map(({ id, line, stops: on }) => [line.id, 'daily', id, quoted(on.at(-1)?.name ?? '')]),
    ],
    'stop_times.txt': [
      ['trip_id', 'arrival_time', 'departure_time', 'stop_id', 'stop_sequence'],
      ...trips.flatMap(({ id, starts, stops: on }) =>
        on.map((stop, i) => [id, clock(starts + i * LEG_MINUTES), clock(starts + i * LEG_MINUTES), stop.id, i + 1]),
      ),
    ],
    'calendar.txt': [
      'service_id,monday,tuesday,wednesday,thursday,friday,saturday,sunday,start_date,end_date'.split(','),
      ['daily', 1, 1, 1, 1, 1, 1, 1, from ?? '', to ?? ''],
    ],
  };
  const texts = Object.entries(files).map(([name, rows]) => [name, strToU8(rows.map((row) => row.join()).join('\n'))]);
  return zipSync(Object.fromEntries(texts));
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function clock(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:00`;
}
