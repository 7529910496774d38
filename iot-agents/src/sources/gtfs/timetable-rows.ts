import type { Queryable } from '../../database.ts';
import type { Timetable } from './timetable.ts';

const TABLES = ['gtfs_feed', 'gtfs_trip', 'gtfs_stop_time', 'gtfs_service_day'];
const TENANT = `SELECT coalesce(document->>'tenant', '') AS tenant FROM iot.source WHERE id = $1`;
const INSERT_FEED = 'INSERT INTO iot.gtfs_feed (tenant, feed, time_zone) VALUES ($1, $2, $3)';
const INSERT_TRIPS = `
  INSERT INTO iot.gtfs_trip (tenant, feed, trip_id, service_id, route_id, line, route_type, head_sign)
  SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[]) ON CONFLICT DO NOTHING`;
const INSERT_STOP_TIMES = `
  INSERT INTO iot.gtfs_stop_time (tenant, feed, trip_id, sequence, stop_id, departs_s, head_sign, arrives_s)
  SELECT $1, $2, * FROM unnest($3::text[], $4::int[], $5::text[], $6::int[], $7::text[], $8::int[]) ON CONFLICT DO NOTHING`;
const INSERT_DAYS = `
  INSERT INTO iot.gtfs_service_day (tenant, feed, service_id, day)
  SELECT $1, $2, service_id, day::date FROM unnest($3::text[], $4::text[]) AS given (service_id, day) ON CONFLICT DO NOTHING`;
const TIME_ZONE = 'SELECT time_zone FROM iot.gtfs_feed WHERE tenant = $1 AND feed = $2';
const DEPARTURES = `
  SELECT to_char(window_of.day, 'YYYYMMDD') AS day, trip.trip_id, trip.route_id, trip.line, trip.route_type,
    coalesce(at.head_sign, trip.head_sign) AS head_sign, at.sequence, at.stop_id, at.departs_s
  FROM unnest($3::text[], $4::int[], $5::int[]) AS given (day, from_s, to_s)
  CROSS JOIN LATERAL (SELECT given.day::date AS day) AS window_of
  JOIN iot.gtfs_service_day AS service ON service.tenant = $1 AND service.feed = $2 AND service.day = window_of.day
  JOIN iot.gtfs_trip AS trip ON trip.tenant = $1 AND trip.feed = $2 AND trip.service_id = service.service_id
  JOIN iot.gtfs_stop_time AS at ON at.tenant = $1 AND at.feed = $2 AND at.trip_id = trip.trip_id
    AND at.departs_s BETWEEN given.from_s AND given.to_s
  WHERE $6::text[] IS NULL OR at.stop_id = ANY($6::text[])
  ORDER BY day, departs_s, trip_id, sequence
  LIMIT 20000`;
const SEQUENCES = `
  SELECT trip_id, stop_id, min(sequence) AS sequence FROM iot.gtfs_stop_time
  WHERE tenant = $1 AND feed = $2 AND trip_id = ANY($3::text[]) GROUP BY trip_id, stop_id`;

const AT_ONCE = 5_000;

/** A timetable: the id of its source, and the source's tenant. */
export interface Feed {
  readonly tenant: string;
  readonly feed: string;
}

const keyOf = ({ tenant, feed }: Feed): string[] => [tenant, feed];

/** Replaces the feed's last timetable. */
export async function replaceTimetable(tx: Queryable, feed: Feed, timetable: Timetable): Promise<void> {
  const key = keyOf(feed);
  for (const table of TABLES)
    await tx.query({ text: `DELETE FROM iot.${table} WHERE tenant = $1 AND feed = $2`, values: key });
  await tx.query({ text: INSERT_FEED, values: [...key, timetable.timeZone] });
  await inBatches(timetable.trips, (trips) =>
    tx.query({
      text: INSERT_TRIPS,
      values: [
        ...key,
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
        ...key,
        times.map(({ tripId }) => tripId),
        times.map(({ sequence }) => sequence),
        times.map(({ stopId }) => stopId),
        times.map(({ departsS }) => departsS),
        times.map(({ headSign }) => headSign),
        times.map(({ arrivesS }) => arrivesS),
      ],
    }),
  );
  await inBatches(timetable.serviceDays, (days) =>
    tx.query({
      text: INSERT_DAYS,
      values: [...key, days.map(({ serviceId }) => serviceId), days.map(({ day }) => day)],
    }),
  );
}

/** Undefined: there is no source with this id. */
export async function findFeed(db: Queryable, feed: string): Promise<Feed | undefined> {
  const { rows } = await db.query<{ tenant: string }>({ text: TENANT, values: [feed] });
  return rows[0] && { tenant: rows[0].tenant, feed };
}

/** Undefined: no timetable of that feed has been read. */
export async function timeZoneOf(db: Queryable, feed: Feed): Promise<string | undefined> {
  const { rows } = await db.query<{ time_zone: string }>({ text: TIME_ZONE, values: keyOf(feed) });
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
  feed: Feed,
  windows: readonly { readonly day: string; readonly fromS: number; readonly toS: number }[],
  stops: readonly string[] | undefined,
): Promise<PlannedDeparture[]> {
  const { rows } = await db.query<DepartureRow>({
    text: DEPARTURES,
    values: [
      ...keyOf(feed),
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
export async function sequencesOf(db: Queryable, feed: Feed, tripIds: readonly string[]): Promise<Map<string, number>> {
  if (tripIds.length === 0) return new Map();
  const { rows } = await db.query<{ trip_id: string; stop_id: string; sequence: number }>({
    text: SEQUENCES,
    values: [...keyOf(feed), tripIds],
  });
  return new Map(rows.map(({ trip_id, stop_id, sequence }) => [`${trip_id} ${stop_id}`, sequence]));
}

async function inBatches<T>(all: readonly T[], insert: (batch: readonly T[]) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < all.length; at += AT_ONCE) await insert(all.slice(at, at + AT_ONCE));
}
