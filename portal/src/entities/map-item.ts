import type { Ink } from '../theme/palette.ts';
import type { Severity } from './entity-view.ts';

/** An entity as the map draws it. */
export interface MapItem {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly state: string;
  readonly severity: Severity;
  /** Longitude, latitude (WGS 84). */
  readonly position?: readonly [number, number];
  /** Of what has a level, 0..1. */
  readonly level?: number;
  /** In milliseconds since the epoch. */
  readonly observedAt?: number;
  /** `#rrggbb`, of a layer that somebody made. */
  readonly colour?: string;
}

/** An ink of the palette, or a colour that somebody chose. */
export type Paint = Ink | `#${string}`;

/** How many entities of one state there are in a heap. */
export interface Share {
  readonly paint: Paint;
  readonly severity: Severity;
  readonly count: number;
  readonly silent: number;
}

/** Entities that are near one another, of one commune, at the mean of their places. */
export interface MapHeap {
  /** Of all of them; '' where they have none. */
  readonly scope: string;
  readonly position: readonly [number, number];
  readonly shares: readonly Share[];
}

/** What the map shows: entities one by one when near, heaps far out. */
export interface MapContents {
  /** `scopes`: a heap a commune. */
  readonly shows: 'scopes' | 'cells' | 'points';
  readonly items: readonly MapItem[];
  readonly heaps: readonly MapHeap[];
}

export const EMPTY: MapContents = { shows: 'cells', items: [], heaps: [] };

/** What the map looks at. */
export interface MapFrame {
  readonly zoom: number;
  /** West, south, east, north. */
  readonly box: readonly [number, number, number, number];
}

/** The colours of a theme. */
export type Inks = Record<Ink, string>;

/** A colour that somebody chose is as it is by day and by night. */
export function colourOf(paint: Paint, inks: Inks): string {
  return paint.startsWith('#') ? paint : inks[paint as Ink];
}
