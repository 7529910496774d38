import type { Position } from './distance.ts';

/** The territory as `GET /territory` tells it: its communes and streets, WGS84. */
export interface Territory {
  name: string;
  /** True when boundaries and streets are drawn by a program and show no real ones. */
  schematic?: boolean;
  communes: Commune[];
  /** A GeoJSON FeatureCollection of lines with `name` and `kind` (`road` and `main` are the large ones). */
  streets: object;
  bbox: [number, number, number, number];
}

export interface Commune {
  slug: string;
  name: string;
  /** The scope (4.18) its entities carry, e.g. `/Audun_le_Tiche`. */
  scope: string;
  center: Position;
  /** A GeoJSON Polygon or MultiPolygon. */
  boundary: object;
}
