import type { MapSeverity } from '@alzette/ngsi-ld-schemas/map';

/** A `MapLayer` with expanded names (IRIs). */
export interface ExpandedLayer {
  readonly type: string;
  readonly classes: readonly ExpandedClass[];
  readonly value?: string;
  readonly observed?: string;
  /** In seconds. */
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

/** Restricts the entities of the layers. An empty list restricts nothing. */
export interface MapFilter {
  /** The entity's first scope must be one of these, or below one of them. */
  readonly scopes: readonly string[];
  /** All words must occur in the name, address or id. Case and accents are ignored. */
  readonly words: readonly string[];
  /**
   * Keyed by the index of the layer in the request; the values are indexes of its classes. The index after the last
   * class means `unknown`.
   */
  readonly only: ReadonlyMap<number, readonly number[]>;
  /** Only entities in a class with a severity, and silent ones. */
  readonly needsAttention: boolean;
}

/** Degrees: west, south, east, north. */
export type MapBox = readonly [west: number, south: number, east: number, north: number];

export interface MapRequest {
  readonly layers: readonly ExpandedLayer[];
  readonly filter: MapFilter;
  /** Absent: no restriction by place. */
  readonly box?: MapBox;
  /** Web map zoom level for tiles of 256 pixels. */
  readonly zoom: number;
  /** The attributes that `words` are searched in. */
  readonly named: { readonly name: string; readonly address: string };
}

export interface ListRequest extends Omit<MapRequest, 'zoom'> {
  readonly limit: number;
  readonly offset: number;
}
