import type { MapSeverity } from '@alzette/ngsi-ld-schemas/map';

/** A `MapLayer` whose names are IRIs. */
export interface ExpandedLayer {
  readonly type: string;
  readonly classes: readonly ExpandedClass[];
  readonly value?: string;
  readonly observed?: string;
  /** Seconds. */
  readonly silentAfter?: number;
}

export interface ExpandedClass {
  readonly severity?: MapSeverity;
  readonly when: readonly ExpandedCondition[];
}

export interface ExpandedCondition {
  readonly attribute: string;
  readonly is?: readonly string[];
  readonly isNot?: readonly string[];
  readonly from?: number;
  readonly below?: number;
}

/** Which entities of the layers; an empty list restricts nothing. */
export interface MapFilter {
  /** The first scope of an entity is one of these, or below one. */
  readonly scopes: readonly string[];
  /** Words that all must occur in name, address or id; letters count without case and accents. */
  readonly words: readonly string[];
  /** By the place of the layer in the request: the places of its classes; the one after the last is `unknown`. */
  readonly only: ReadonlyMap<number, readonly number[]>;
  /** Those of a class with a severity, and those that are silent. */
  readonly needsAttention: boolean;
}

/** Degrees: west, south, east, north. */
export type MapBox = readonly [west: number, south: number, east: number, north: number];

export interface MapRequest {
  readonly layers: readonly ExpandedLayer[];
  readonly filter: MapFilter;
  /** Absent: everywhere. */
  readonly box?: MapBox;
  /** A web zoom level: tiles of 256 pixels. */
  readonly zoom: number;
  /** The attributes that words are looked for in. */
  readonly named: { readonly name: string; readonly address: string };
}

export interface ListRequest extends Omit<MapRequest, 'zoom'> {
  readonly limit: number;
  readonly offset: number;
}
