import type { AirIndex, AirStation, Station } from '@alzette/environment/contract';
import { distanceM, type Position } from '../territory/distance.ts';

/** Sorts by distance; stations with recent data come before silent ones. The position is not sent to any server. */
export function nearestFirst<S extends Station>(stations: readonly S[], here: Position | undefined): S[] {
  const metres = ({ location }: S) => (here && location ? distanceM(here, location) : 0);
  return [...stations].sort((a, b) => Number(b.isFresh) - Number(a.isFresh) || metres(a) - metres(b));
}

/** The index to show first: the daily one, or without it the hourly one. */
export function indexOf({ atmo, european }: AirStation): AirIndex | undefined {
  return atmo ?? european;
}
