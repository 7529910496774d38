import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { DateTime } from 'luxon';
import { SourceError } from '../../outgoing/remote-error.ts';
import { type Box, isInside } from '../items/box.ts';
import { isTimeZone } from '../items/times.ts';
import { unzip } from '../items/unzip.ts';
import { readRuns } from './frequencies.ts';
import { estimateTimes } from './untimed-stops.ts';

export type GtfsRow = Readonly<Record<string, string>>;

/** The parts of a GTFS feed that departures need. */
export interface Timetable {
  readonly timeZone: string;
  readonly agencies: readonly GtfsRow[];
  readonly routes: readonly GtfsRow[];
  /** Where vehicles stop, each with `wheelchair_boarding` of its station if it has none of its own. */
  readonly stops: readonly GtfsRow[];
  readonly trips: readonly Trip[];
  readonly stopTimes: readonly StopTime[];
  readonly serviceDays: readonly { readonly serviceId: string; readonly day: string }[];
}

interface Trip {
  readonly id: string;
  readonly serviceId: string;
  readonly routeId: string;
  readonly line: string;
  readonly routeType: number;
  readonly headSign: string;
}

interface StopTime {
  readonly tripId: string;
  readonly sequence: number;
  readonly stopId: string;
  /** Null at the last stop of a trip. */
  readonly departsS: number | null;
  readonly arrivesS: number | null;
  readonly headSign: string | null;
}

/** A call of a trip as the feed has it. */
interface Passing extends Omit<StopTime, 'departsS'> {
  readonly departsS: number | undefined;
  readonly boards: boolean;
}

const FILES = [
  'agency',
  'routes',
  'trips',
  'stops',
  'stop_times',
  'calendar',
  'calendar_dates',
  'frequencies',
] as const;
const NEEDED = ['agency', 'routes', 'trips', 'stops', 'stop_times'] as const;
/** The number of service days kept before and after today. */
const DAYS_BEFORE = 2;
const DAYS_AFTER = 45;

/**
 * Reads the zip. Stops outside the box are removed, with everything that only they need.
 *
 * @throws SourceError it is not GTFS
 */
export async function readTimetable(zip: Uint8Array, box: Box | undefined, today: Date): Promise<Timetable> {
  const names = new Set(FILES.map((name) => `${name}.txt`));
  const files = await unzip(zip, (name) => names.has(name));
  const missing = NEEDED.find((name) => !files.has(`${name}.txt`));
  if (missing !== undefined) throw new SourceError(`the feed has no ${missing}.txt, which GTFS requires`);
  const read = (name: (typeof FILES)[number]) => records(`${name}.txt`, files.get(`${name}.txt`));

  const allAgencies = await collected(read('agency'));
  const timeZone = allAgencies[0]?.agency_timezone ?? '';
  if (!isTimeZone(timeZone)) {
    throw new SourceError(`agency.txt: agency_timezone is "${timeZone}", expected a zone such as Europe/Luxembourg`);
  }
  const allStops = await collected(read('stops'));
  const access = new Map(allStops.map(({ stop_id, wheelchair_boarding }) => [stop_id, wheelchair_boarding]));
  const stops = allStops
    .filter((stop) => isStop(stop) && liesIn(stop, box))
    .map((stop): GtfsRow => {
      const wheelchair_boarding = ownAccess(stop.wheelchair_boarding) || access.get(stop.parent_station ?? '') || '';
      return { ...stop, wheelchair_boarding };
    });
  const shown = new Set(stops.map(({ stop_id }) => stop_id));

  const { passing, last, first, estimates } = await readCalls(read, shown, allStops);
  const routes = new Map((await collected(read('routes'))).map((route) => [route.route_id ?? '', route]));
  const trips: Trip[] = [];
  for await (const row of read('trips')) {
    const { trip_id: id = '', route_id: routeId = '' } = row;
    const route = routes.get(routeId);
    if (!passing.has(id) || route === undefined) continue;
    trips.push({
      id,
      serviceId: row.service_id ?? '',
      routeId,
      line: route.route_short_name || route.route_long_name || routeId,
      routeType: Number(route.route_type),
      headSign: row.trip_headsign || route.route_long_name || '',
    });
  }
  const begins = new Map([...first].map(([id, { departsS }]) => [id, departsS]));
  const runs = await readRuns(read('frequencies'), seconds, begins);
  const once = [{ id: undefined, laterS: 0 }];
  const used = new Set(trips.map(({ routeId }) => routeId));
  const services = new Set(trips.map(({ serviceId }) => serviceId));
  const serviceDays = await readServiceDays(read, services, DateTime.fromJSDate(today, { zone: timeZone }));
  return {
    timeZone,
    agencies: allAgencies,
    routes: [...routes.values()].filter(({ route_id = '' }) => used.has(route_id)),
    stops,
    trips: trips.flatMap((trip) => (runs.get(trip.id) ?? once).map(({ id = trip.id }) => ({ ...trip, id }))),
    stopTimes: trips.flatMap(({ id: tripId }) =>
      (runs.get(tripId) ?? once).flatMap(({ id = tripId, laterS }) =>
        (passing.get(tripId) ?? []).map(({ boards, ...time }) => {
          const { sequence } = time;
          const estimate = estimates?.get(tripId)?.get(sequence);
          const [arrivesS = null, departsS] = [time.arrivesS ?? estimate, time.departsS ?? estimate];
          // Without a time, or without boarding: there is no departure.
          const leaves = departsS !== undefined && boards && sequence !== last.get(tripId);
          return {
            ...time,
            tripId: id,
            arrivesS: arrivesS === null ? null : arrivesS + laterS,
            departsS: leaves ? departsS + laterS : null,
          };
        }),
      ),
    ),
    serviceDays,
  };
}

/**
 * The calls at the shown stops by trip, the last call of each trip, the first one with a time, and estimates of the times
 * that are missing.
 */
async function readCalls(
  read: (name: 'stop_times') => AsyncIterable<GtfsRow>,
  shown: ReadonlySet<string | undefined>,
  stops: readonly GtfsRow[],
) {
  const passing = new Map<string, Passing[]>();
  const last = new Map<string, number>();
  const first = new Map<string, { sequence: number; departsS: number }>();
  const untimed = new Set<string>();
  for await (const row of read('stop_times')) {
    const { trip_id: tripId = '', stop_id: stopId = '' } = row;
    const sequence = Number(row.stop_sequence);
    last.set(tripId, Math.max(last.get(tripId) ?? 0, sequence));
    const departsS = seconds(row.departure_time || row.arrival_time);
    if (departsS !== undefined && sequence <= (first.get(tripId)?.sequence ?? sequence)) {
      first.set(tripId, { sequence, departsS });
    }
    if (!shown.has(stopId)) continue;
    const arrivesS = seconds(row.arrival_time || row.departure_time) ?? null;
    if (arrivesS === null && !row.start_pickup_drop_off_window) untimed.add(tripId);
    const boards = row.pickup_type !== '1';
    const times = passing.get(tripId) ?? [];
    times.push({ tripId, sequence, stopId, departsS, arrivesS, boards, headSign: row.stop_headsign || null });
    passing.set(tripId, times);
  }
  const estimates = untimed.size === 0 ? undefined : await estimateTimes(read('stop_times'), untimed, stops, seconds);
  return { passing, last, first, estimates };
}

const WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

async function readServiceDays(
  read: (name: 'calendar' | 'calendar_dates') => AsyncIterable<GtfsRow>,
  services: ReadonlySet<string>,
  today: DateTime,
): Promise<Timetable['serviceDays']> {
  const days = new Map<string, { serviceId: string; day: string }>();
  const from = today.minus({ days: DAYS_BEFORE }).startOf('day');
  const window = Array.from({ length: DAYS_BEFORE + DAYS_AFTER + 1 }, (_, n) => from.plus({ days: n }));
  const known = new Set(window.map((day) => day.toFormat('yyyyMMdd')));
  for await (const row of read('calendar')) {
    const { service_id: serviceId = '', start_date = '', end_date = '' } = row;
    if (!services.has(serviceId)) continue;
    for (const day of window) {
      const date = day.toFormat('yyyyMMdd');
      if (date < start_date || date > end_date || row[WEEKDAYS[day.weekday - 1] ?? ''] !== '1') continue;
      days.set(`${date} ${serviceId}`, { serviceId, day: date });
    }
  }
  for await (const { service_id: serviceId = '', date = '', exception_type } of read('calendar_dates')) {
    if (!services.has(serviceId) || !known.has(date)) continue;
    if (exception_type === '1') days.set(`${date} ${serviceId}`, { serviceId, day: date });
    else days.delete(`${date} ${serviceId}`);
  }
  return [...days.values()];
}

/** 0 and nothing mean that the station tells it, or nobody. */
function ownAccess(access: string | undefined): string {
  return access === '0' ? '' : (access ?? '');
}

/** Excludes stations, entrances and boarding areas. */
function isStop({ location_type = '' }: GtfsRow): boolean {
  return location_type === '' || location_type === '0';
}

function liesIn({ stop_lat, stop_lon }: GtfsRow, box: Box | undefined): boolean {
  const [longitude, latitude] = [Number(stop_lon || Number.NaN), Number(stop_lat || Number.NaN)];
  return !Number.isNaN(longitude) && !Number.isNaN(latitude) && isInside([longitude, latitude], box);
}

/** Parses `HH:MM:SS`, with hours beyond 24. */
function seconds(text: string | undefined): number | undefined {
  const match = /^\s*(\d{1,3}):(\d{2}):(\d{2})\s*$/.exec(text ?? '');
  return match === null ? undefined : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

/** Reads one row at a time, so that other work gets its turn. @throws SourceError */
async function* records(name: string, bytes: Uint8Array | undefined): AsyncGenerator<GtfsRow> {
  if (bytes === undefined) return;
  try {
    yield* Readable.from(chunksOf(bytes)).pipe(
      parse({
        bom: true,
        columns: true,
        skip_empty_lines: true,
        trim: true,
        relax_column_count: true,
        max_record_size: LONGEST_ROW,
      }),
    );
  } catch (cause) {
    throw new SourceError(`${name} is not CSV: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

const CHUNK = 64 * 1024;
const LONGEST_ROW = 256 * 1024;

function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += CHUNK) yield bytes.subarray(at, at + CHUNK);
}

async function collected(rows: AsyncIterable<GtfsRow>): Promise<GtfsRow[]> {
  const all: GtfsRow[] = [];
  for await (const row of rows) all.push(row);
  return all;
}
