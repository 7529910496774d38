import type { Queryable } from '../../database.ts';
import type { Timetable } from './timetable.ts';

const TABLES = ['gtfs_feed', 'gtfs_trip', 'gtfs_stop_time', 'gtfs_service_day'];
const INSERT_FEED = 'INSERT INTO iot.gtfs_feed (feed, time_zone) VALUES ($1, $2)';
const INSERT_TRIPS = `
  INSERT INTO iot.gtfs_trip (feed, trip_id, service_id, route_id, line, route_type, head_sign)
  SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::int[], $7::text[]) ON CONFLICT DO NOTHING`;
const INSERT_STOP_TIMES = `
  INSERT INTO iot.gtfs_stop_time (feed, trip_id, sequence, stop_id, departs_s, head_sign)
  SELECT $1, * FROM unnest($2::text[], $3::int[], $4::text[], $5::int[], $6::text[]) ON CONFLICT DO NOTHING`;
const INSERT_DAYS = `
  INSERT INTO iot.gtfs_service_day (feed, service_id, day)
  SELECT $1, service_id, day::date FROM unnest($2::text[], $3::text[]) AS given (service_id, day) ON CONFLICT DO NOTHING`;
const TIME_ZONE = 'SELECT time_zone FROM iot.gtfs_feed WHERE feed = $1';
const DEPARTURES = `
  SELECT to_char(window_of.day, 'YYYYMMDD') AS day, trip.trip_id, trip.route_id, trip.line, trip.route_type,
    coalesce(at.head_sign, trip.head_sign) AS head_sign, at.sequence, at.stop_id, at.departs_s
  FROM unnest($2::text[], $3::int[], $4::int[]) AS given (day, from_s, to_s)
  CROSS JOIN LATERAL (SELECT given.day::date AS day) AS window_of
  JOIN iot.gtfs_service_day AS service ON service.feed = $1 AND service.day = window_of.day
  JOIN iot.gtfs_trip AS trip ON trip.feed = $1 AND trip.service_id = service.service_id
  JOIN iot.gtfs_stop_time AS at ON at.feed = $1 AND at.trip_id = trip.trip_id
    AND at.departs_s BETWEEN given.from_s AND given.to_s
  WHERE $5::text[] IS NULL OR at.stop_id = ANY($5::text[])
  ORDER BY day, departs_s, trip_id, sequence
  LIMIT 20000`;
const SEQUENCES = `
  SELECT trip_id, stop_id, min(sequence) AS sequence FROM iot.gtfs_stop_time
  WHERE feed = $1 AND trip_id = ANY($2::text[]) GROUP BY trip_id, stop_id`;

const AT_ONCE = 5_000;

/** Replaces the feed's last timetable. */
export async function replaceTimetable(tx: Queryable, feed: string, timetable: Timetable): Promise<void> {
  for (const table of TABLES) await tx.query({ text: `DELETE FROM iot.${table} WHERE feed = $1`, values: [feed] });
  await tx.query({ text: INSERT_FEED, values: [feed, timetable.timeZone] });
  await inBatches(timetable.trips, (trips) =>
    tx.query({
      text: INSERT_TRIPS,
      values: [
        feed,
        trips.map(({ id }) => id),
        trips.map(({ serviceId }) => serviceId),
        trips.map(({ routeId }) => routeId),
        trips.map(({ line }) => line),
        trips.map(({ routeType }) => routeType),
        trips.map(({ headSign }) => headSign),
      ],
    }),
  );
  await inBatches(timetable.stopTimes, (times) =>
    tx.query({
      text: INSERT_STOP_TIMES,
      values: [
        feed,
        times.map(({ tripId }) => tripId),
        times.map(({ sequence }) => sequence),
        times.map(({ stopId }) => stopId),
        times.map(({ departsS }) => departsS),
        times.map(({ headSign }) => headSign),
      ],
    }),
  );
  await inBatches(timetable.serviceDays, (days) =>
    tx.query({
      text: INSERT_DAYS,
      values: [feed, days.map(({ serviceId }) => serviceId), days.map(({ day }) => day)],
    }),
  );
}

/** Undefined: no timetable of that feed has been read. */
export async function timeZoneOf(db: Queryable, feed: string): Promise<string | undefined> {
  const { rows } = await db.query<{ time_zone: string }>({ text: TIME_ZONE, values: [feed] });
  return rows[0]?.time_zone;
}

/** A planned stop of a trip on a service day. */
export interface PlannedDeparture {
  /** `yyyymmdd` */
  readonly day: string;
  readonly tripId: string;
  readonly routeId: string;
  readonly line: string;
  readonly routeType: number;
  readonly headSign: string;
  readonly sequence: number;
  readonly stopId: string;
  readonly departsS: number;
}

/** A departure as the database gives it: seconds from the start of the service day, `yyyyMMdd`. */
export interface DepartureRow {
  readonly day: string;
  readonly trip_id: string;
  readonly route_id: string;
  readonly line: string;
  readonly route_type: number;
  readonly head_sign: string;
  readonly sequence: number;
  readonly stop_id: string;
  readonly departs_s: number;
}

/** Departures on service days, each within its range of seconds. */
export async function plannedDepartures(
  db: Queryable,
  feed: string,
  windows: readonly { readonly day: string; readonly fromS: number; readonly toS: number }[],
  stops: readonly string[] | undefined,
): Promise<PlannedDeparture[]> {
  const { rows } = await db.query<DepartureRow>({
    text: DEPARTURES,
    values: [
      feed,
      windows.map(({ day }) => day),
      windows.map(({ fromS }) => fromS),
      windows.map(({ toS }) => toS),
      stops ?? null,
    ],
  });
  return rows.map((row) => ({
    day: row.day,
    tripId: row.trip_id,
    routeId: row.route_id,
    line: row.line,
    routeType: row.route_type,
    headSign: row.head_sign,
    sequence: row.sequence,
    stopId: row.stop_id,
    departsS: row.departs_s,
  }));
}

/** The sequence numbers of stops in trips, by `<trip> <stop>`. */
export async function sequencesOf(
  db: Queryable,
  feed: string,
  tripIds: readonly string[],
): Promise<Map<string, number>> {
  if (tripIds.length === 0) return new Map();
  const { rows } = await db.query<{ trip_id: string; stop_id: string; sequence: number }>({
    text: SEQUENCES,
    values: [feed, tripIds],
  });
  return new Map(rows.map(({ trip_id, stop_id, sequence }) => [`${trip_id} ${stop_id}`, sequence]));
}

async function inBatches<T>(all: readonly T[], insert: (batch: readonly T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < all.length; at += AT_ONCE) await insert(all.slice(at, at + AT_ONCE));
}
