import type { Queryable } from '@alzette/kit/database';

/** A departure by the timetable, without real time. Ids are those of entities. */
export interface TimetableCall {
  readonly id: string;
  readonly stop: string;
  readonly route: string;
  readonly line: string;
  readonly headSign: string;
  /** The number of the mode in GTFS. */
  readonly routeType: number;
  readonly planned: Date;
}

/** How a trip of a day passes a stop, in seconds from midnight. */
export interface TripCall {
  readonly trip: string;
  readonly stop: string;
  readonly route: string;
  readonly line: string;
  readonly headSign: string;
  readonly routeType: number;
  readonly arrives: number;
  /** Absent: nobody gets on. */
  readonly departs?: number;
}

/** The calls of the trips of a day at stops, trip by trip in their order. */
export type TripsPort = (
  db: Queryable,
  stops: readonly string[],
  day: string,
  between: { readonly from: number; readonly to: number },
) => Promise<readonly TripCall[]>;

/** Departures from stops between two instants by the timetable, earliest first. */
export type TimetablePort = (
  db: Queryable,
  stops: readonly string[],
  between: { readonly from: Date; readonly to: Date },
) => Promise<readonly TimetableCall[]>;
