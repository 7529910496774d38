import type { Queryable } from '@alzette/kit/database';

/** What leaves from a stop by the timetable alone. Ids are those of entities. */
export interface TimetableCall {
  readonly id: string;
  readonly stop: string;
  readonly route: string;
  readonly line: string;
  readonly headSign: string;
  /** As GTFS numbers it. */
  readonly routeType: number;
  readonly planned: Date;
}

/** Whoever has read timetables: what leaves from stops between two instants, the earliest first. */
export type TimetablePort = (
  db: Queryable,
  stops: readonly string[],
  between: { readonly from: Date; readonly to: Date },
) => Promise<readonly TimetableCall[]>;
