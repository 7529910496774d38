import type { HttpFrom } from '../http/http-source.ts';
import type { SourceMembers } from '../items/source-members.ts';

/** The timetable of public transport: a zip of GTFS (gtfs.org/schedule). */
export interface GtfsSource extends SourceMembers {
  readonly kind: 'gtfs';
  readonly from: Omit<HttpFrom, 'method' | 'body' | 'paging'>;
  /** West, south, east, north: stops elsewhere are left out. */
  readonly box?: readonly [number, number, number, number];
}

/** What leaves when, by a timetable and, where there is one, its GTFS Realtime. */
export interface DeparturesSource extends SourceMembers {
  readonly kind: 'departures';
  /** The source of kind gtfs. */
  readonly feed: string;
  readonly from: RealTimeFrom;
  /** GTFS's ids of the stops that are shown; absent: all that the feed has. */
  readonly stops?: readonly string[];
  /** How far ahead; default 90. */
  readonly horizonMin?: number;
  /** Real time older than this is not believed: the timetable is shown. Default 300. */
  readonly maxAgeS?: number;
}

/** Each a FeedMessage; several may be one URL. */
interface RealTimeFrom {
  readonly tripUpdates?: string;
  readonly vehiclePositions?: string;
  readonly alerts?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly secretHeaders?: Readonly<Record<string, string>>;
  readonly secretParameters?: Readonly<Record<string, string>>;
}

/** `urn:ngsi-ld:GtfsStop:<feed>:<id>`: ids of two feeds never meet. */
export function gtfsUrn(type: string, feed: string, ...ids: readonly (string | number)[]): string {
  return ['urn:ngsi-ld', type, feed, ...ids.map((id) => encodeURIComponent(id))].join(':');
}
