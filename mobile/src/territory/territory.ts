import type { Position } from './distance.ts';

/** The territory as returned by `GET /territory`: its communes and streets, WGS84. */
export interface Territory {
  name: string;
  /** True if boundaries and streets are generated and not real. */
  schematic?: boolean;
  communes: Commune[];
  /** A GeoJSON FeatureCollection of lines with `name` and `kind` (`road` and `main` are the large ones). */
  streets: object;
  bbox: [number, number, number, number];
}

export interface Commune {
  slug: string;
  name: string;
  /** The scope (4.18) of its entities, e.g. `/Audun_le_Tiche`. */
  scope: string;
  center: Position;
  /** A GeoJSON Polygon or MultiPolygon. */
  boundary: object;
}
