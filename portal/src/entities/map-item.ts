import type { Ink } from '../theme/palette.ts';
import type { Severity } from './entity-view.ts';

/** An entity as drawn on the map. */
export interface MapItem {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly state: string;
  readonly severity: Severity;
  /** Longitude, latitude (WGS 84). */
  readonly position?: readonly [number, number];
  /** For types with a level, 0..1. */
  readonly level?: number;
  /** In milliseconds since the epoch. */
  readonly observedAt?: number;
  /** `#rrggbb`, for a layer that a user created. */
  readonly colour?: string;
}

/** An ink of the palette, or a colour that a user chose. */
export type Paint = Ink | `#${string}`;

/** The number of entities of a state in a cluster. */
export interface Share {
  readonly paint: Paint;
  readonly severity: Severity;
  readonly count: number;
  readonly silent: number;
}

/** A cluster of nearby entities of one commune, at the mean of their positions. */
export interface MapHeap {
  /** The scope of all of them; '' without a scope. */
  readonly scope: string;
  readonly position: readonly [number, number];
  readonly shares: readonly Share[];
}

/** The content of the map: single entities at high zoom, clusters at low zoom. */
export interface MapContents {
  /** `scopes`: one cluster for each commune. */
  readonly shows: 'scopes' | 'cells' | 'points';
  readonly items: readonly MapItem[];
  readonly heaps: readonly MapHeap[];
}

export const EMPTY: MapContents = { shows: 'cells', items: [], heaps: [] };

/** The visible extent of the map. */
export interface MapFrame {
  readonly zoom: number;
  /** West, south, east, north. */
  readonly box: readonly [number, number, number, number];
}

/** The colours of a theme. */
export type Inks = Record<Ink, string>;

/** A colour that a user chose is the same in light and dark appearance. */
export function colourOf(paint: Paint, inks: Inks): string {
  return paint.startsWith('#') ? paint : inks[paint as Ink];
}
