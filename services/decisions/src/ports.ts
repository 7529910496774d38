import type { Queryable } from '@alzette/kit/database';

/** How the trips of a day pass stops (ids of GtfsStop entities), in seconds from midnight: for journeys by bus. */
export type TripsPort = (
  db: Queryable,
  stops: readonly string[],
  day: string,
  between: { readonly from: number; readonly to: number },
) => Promise<
  readonly {
    readonly trip: string;
    readonly stop: string;
    readonly arrives: number;
    readonly departs?: number;
  }[]
>;
