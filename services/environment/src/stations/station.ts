import type { Geometry } from '@alzette/ngsi-ld-schemas';
import type { Station } from '../contract/contract.ts';

/** A measured attribute in concise form: a bare value if it has no members. */
export type Measured = number | { readonly value: number; readonly observedAt?: string } | undefined;

/** The common members of all stations, in concise form. */
export interface StationEntity {
  readonly id: string;
  readonly name?: string;
  readonly location?: Geometry;
  readonly scope?: string | readonly string[];
}

/** A station is marked as current for this time after its last measurement, unless its type measures less often. */
const FRESH_MS = 2 * 3_600_000;

export function measuredValue(measured: Measured): number | undefined {
  return typeof measured === 'object' ? measured.value : measured;
}

/** The latest observation of several attributes; ISO 8601. */
export function lastObserved(attributes: readonly unknown[]): string | undefined {
  const times = attributes.flatMap((each) =>
    typeof each === 'object' && each !== null && 'observedAt' in each ? [String(each.observedAt)] : [],
  );
  return times.sort().at(-1);
}

export function shownStation(
  { id, name, location }: StationEntity,
  observedAt: string | undefined,
  now: Date,
  freshMs = FRESH_MS,
): Station {
  return {
    id,
    name: name ?? id,
    ...(location?.type === 'Point' && { location: location.coordinates as [number, number] }),
    ...(observedAt !== undefined && { observedAt }),
    isFresh: observedAt !== undefined && now.getTime() - Date.parse(observedAt) < freshMs,
  };
}
