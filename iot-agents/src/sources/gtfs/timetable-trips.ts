import { DateTime } from 'luxon';
import type { Queryable } from '../../database.ts';
import { gtfsUrn } from './gtfs-source.ts';
import { startOfService } from './service-day.ts';
import { byFeed } from './timetable-calls.ts';
import { type DepartureRow, findFeed, timeZoneOf } from './timetable-rows.ts';

const TRIPS = `
  SELECT trip.trip_id, trip.route_id, trip.line, trip.route_type, coalesce(at.head_sign, trip.head_sign) AS head_sign,
    at.stop_id, at.departs_s, coalesce(at.arrives_s, at.departs_s) AS arrives_s
  FROM iot.gtfs_service_day AS service
  JOIN iot.gtfs_trip AS trip ON trip.tenant = $1 AND trip.feed = $2 AND trip.service_id = service.service_id
  JOIN iot.gtfs_stop_time AS at ON at.tenant = $1 AND at.feed = $2 AND at.trip_id = trip.trip_id
  WHERE service.tenant = $1 AND service.feed = $2 AND service.day = $4::text::date AND at.stop_id = ANY($3::text[])
    AND coalesce(at.arrives_s, at.departs_s) BETWEEN $5 AND $6
  ORDER BY trip.trip_id, at.sequence
  LIMIT 100000`;

type TripRow = Omit<DepartureRow, 'departs_s' | 'day' | 'sequence'> & {
  readonly departs_s: number | null;
  readonly arrives_s: number;
};

/** A trip that passes a stop, in seconds from midnight. */
export interface TripCall {
  readonly trip: string;
  /** The id of the GtfsStop entity. */
  readonly stop: string;
  /** The id of the GtfsRoute entity. */
  readonly route: string;
  readonly line: string;
  readonly headSign: string;
  /** As GTFS numbers it. */
  readonly routeType: number;
  readonly arrives: number;
  /** Absent: nobody gets on. */
  readonly departs?: number;
}

/**
 * How the trips of a day pass stops, stop by stop of each trip, for journeys with changes.
 *
 * @param stops ids of GtfsStop entities, of any feeds
 * @param day YYYY-MM-DD
 * @param between seconds from midnight
 */
export async function timetableTrips(
  db: Queryable,
  stops: readonly string[],
  day: string,
  between: { readonly from: number; readonly to: number },
): Promise<TripCall[]> {
  const calls: TripCall[] = [];
  for (const [feed, stopIds] of byFeed(stops)) {
    const found = await findFeed(db, feed);
    const zone = found && (await timeZoneOf(db, found));
    if (found === undefined || zone === undefined) continue;
    const midnight = DateTime.fromISO(day, { zone });
    // A service day begins at noon minus twelve hours: on two days of the year not at midnight.
    const later = (startOfService(midnight).toMillis() - midnight.toMillis()) / 1000;
    const { rows } = await db.query<TripRow>({
      text: TRIPS,
      values: [found.tenant, feed, stopIds, day, between.from - later, between.to - later],
    });
    for (const row of rows) {
      const { trip_id, stop_id, departs_s, arrives_s } = row;
      calls.push({
        trip: `${feed} ${trip_id}`,
        stop: gtfsUrn('GtfsStop', feed, stop_id),
        route: gtfsUrn('GtfsRoute', feed, row.route_id),
        line: row.line,
        headSign: row.head_sign,
        routeType: row.route_type,
        arrives: arrives_s + later,
        ...(departs_s !== null && { departs: departs_s + later }),
      });
    }
  }
  return calls;
}
