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

/** Departures from stops between two instants by the timetable, earliest first. */
export type TimetablePort = (
  db: Queryable,
  stops: readonly string[],
  between: { readonly from: Date; readonly to: Date },
) => Promise<readonly TimetableCall[]>;
