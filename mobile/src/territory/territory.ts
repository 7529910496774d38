import type { Position } from '../containers/distance.ts';

/** The territory as `GET /territory` tells it: its communes and streets, WGS84. */
export interface Territory {
  name: string;
  communes: Commune[];
  /** A GeoJSON FeatureCollection of lines, each with its `name` where it has one. */
  streets: object;
  bbox: [number, number, number, number];
}

export interface Commune {
  slug: string;
  name: string;
  center: Position;
  /** A GeoJSON Polygon or MultiPolygon. */
  boundary: object;
}
