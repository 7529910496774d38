import { DateTime } from 'luxon';
import type { Queryable } from '../../database.ts';
import { gtfsUrn } from './gtfs-source.ts';
import { startOfService } from './service-day.ts';
import { type DepartureRow, findFeed, timeZoneOf } from './timetable-rows.ts';

const CALLS = `
  SELECT to_char(service.day, 'YYYYMMDD') AS day, trip.trip_id, trip.route_id, trip.line, trip.route_type,
    coalesce(at.head_sign, trip.head_sign) AS head_sign, at.sequence, at.stop_id, at.departs_s
  FROM iot.gtfs_stop_time AS at
  JOIN iot.gtfs_trip AS trip ON trip.tenant = $1 AND trip.feed = at.feed AND trip.trip_id = at.trip_id
  JOIN iot.gtfs_service_day AS service
    ON service.tenant = $1 AND service.feed = at.feed AND service.service_id = trip.service_id
  WHERE at.tenant = $1 AND at.feed = $2 AND at.stop_id = ANY($3::text[]) AND at.departs_s IS NOT NULL
    AND service.day = ANY($4::text[]::date[])
  ORDER BY service.day, at.departs_s, at.trip_id, at.sequence
  LIMIT 10000`;
/** Trips that began on so many days before are still under way. */
const DAYS_BACK = 2;

/** What leaves from a stop as the timetable has it, without real time. Ids are those of the entities. */
export interface TimetableCall {
  /** That of the departure's ArrivalEstimation. */
  readonly id: string;
  readonly stop: string;
  readonly route: string;
  readonly line: string;
  readonly headSign: string;
  /** As GTFS numbers it. */
  readonly routeType: number;
  readonly planned: Date;
}

/**
 * What the timetables that were read have leaving from stops, the earliest first; at most 10,000 of a feed.
 *
 * @param stops ids of GtfsStop entities, of any feeds
 */
export async function timetableCalls(
  db: Queryable,
  stops: readonly string[],
  { from, to }: { readonly from: Date; readonly to: Date },
): Promise<TimetableCall[]> {
  const calls: TimetableCall[] = [];
  for (const [feed, stopIds] of byFeed(stops)) {
    const found = await findFeed(db, feed);
    const zone = found && (await timeZoneOf(db, found));
    if (zone === undefined) continue;
    const days: string[] = [];
    const last = DateTime.fromJSDate(to, { zone });
    for (let day = DateTime.fromJSDate(from, { zone }).minus({ days: DAYS_BACK }); day <= last; ) {
      days.push(day.toFormat('yyyyMMdd'));
      day = day.plus({ days: 1 });
    }
    const { rows } = await db.query<DepartureRow>({ text: CALLS, values: [found?.tenant, feed, stopIds, days] });
    for (const row of rows) {
      const start = startOfService(DateTime.fromFormat(row.day, 'yyyyMMdd', { zone })).toMillis();
      const planned = new Date(start + row.departs_s * 1000);
      if (planned < from || planned >= to) continue;
      calls.push({
        id: gtfsUrn('ArrivalEstimation', feed, row.stop_id, row.trip_id, row.day, row.sequence),
        stop: gtfsUrn('GtfsStop', feed, row.stop_id),
        route: gtfsUrn('GtfsRoute', feed, row.route_id),
        line: row.line,
        headSign: row.head_sign,
        routeType: row.route_type,
        planned,
      });
    }
  }
  return calls.sort((a, b) => a.planned.getTime() - b.planned.getTime() || a.id.localeCompare(b.id));
}

/** The stop ids of GTFS, by feed. Invalid ids are left out. */
export function byFeed(stops: readonly string[]): Map<string, string[]> {
  const feeds = new Map<string, string[]>();
  for (const urn of stops) {
    const [, feed, id] = /^urn:ngsi-ld:GtfsStop:([^:]+):(.+)$/.exec(urn) ?? [];
    if (feed === undefined || id === undefined) continue;
    const own = feeds.get(feed) ?? [];
    feeds.set(feed, own);
    own.push(decoded(id));
  }
  return feeds;
}

function decoded(id: string): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id; // not written by the importer
  }
}
