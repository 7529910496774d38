import type { ServiceContext } from '@alzette/kit/service';
import type { TimetableCall, TripCall } from './ports.ts';

/** The parts of the service, shared by its routes. Its `client` reads what is published. */
export interface MobilityParts extends ServiceContext {
  /** Departures by the timetable, earliest first. */
  readonly timetable: (
    stops: readonly string[],
    between: { readonly from: Date; readonly to: Date },
  ) => Promise<readonly TimetableCall[]>;
  /** The calls of the trips of a day at stops, in seconds from its midnight. */
  readonly trips: (
    stops: readonly string[],
    day: string,
    between: { readonly from: number; readonly to: number },
  ) => Promise<readonly TripCall[]>;
}
