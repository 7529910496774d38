import type { HttpFrom } from '../http/http-source.ts';
import type { Box } from '../items/box.ts';
import type { SourceMembers } from '../items/source-members.ts';

/** A public transport timetable: a GTFS zip (gtfs.org/schedule). */
export interface GtfsSource extends SourceMembers {
  readonly kind: 'gtfs';
  readonly from: Omit<HttpFrom, 'method' | 'body' | 'paging'>;
  /** West, south, east, north: stops outside are left out. */
  readonly box?: Box;
}

/** Departures from a timetable and, if available, GTFS Realtime. */
export interface DeparturesSource extends SourceMembers {
  readonly kind: 'departures';
  /** The source of kind gtfs. */
  readonly feed: string;
  readonly from: RealTimeFrom;
  /** GTFS ids of the stops to include; absent: all of the feed. */
  readonly stops?: readonly string[];
  /** The horizon in minutes; default 90. */
  readonly horizonMin?: number;
  /** Older real-time data is ignored and the timetable is used. Default 300. */
  readonly maxAgeS?: number;
}

/** Each URL serves a FeedMessage; several may be the same. */
interface RealTimeFrom {
  readonly tripUpdates?: string;
  readonly vehiclePositions?: string;
  readonly alerts?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secretHeaders?: Readonly<Record<string, string>>;
  readonly secretParameters?: Readonly<Record<string, string>>;
}

/** `urn:ngsi-ld:GtfsStop:<feed>:<id>`, so that ids of different feeds never conflict. */
export function gtfsUrn(type: string, feed: string, ...ids: readonly (string | number)[]): string {
  return ['urn:ngsi-ld', type, feed, ...ids.map((id) => encodeURIComponent(id))].join(':');
}
