import type { Geometry } from '../../model/geometry.ts';
import type { GeoQuery } from './geo-query.ts';

/** In degrees; west ≤ east. */
export interface BoundingBox {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** Wider geometries get no bounding box. */
const WIDEST_DEGREES = 2;
/**
 * Great-circle edges bend towards the poles by at most this many degrees, times the square of their width in degrees.
 */
const BEND = 0.0012;
const ROUNDING_DEGREES = 1e-5;
/** A lower bound for a degree of latitude. */
const METRES_A_DEGREE = 110_000;
const FARTHEST_LATITUDE = 85;

/** The bounding box of a geometry; undefined if it is too wide. */
export function boxOf({ coordinates }: Geometry): BoundingBox | undefined {
  const box = { west: Number.POSITIVE_INFINITY, south: Number.POSITIVE_INFINITY, east: -181, north: -91 };
  extend(box, coordinates);
  const width = box.east - box.west;
  if (!(width <= WIDEST_DEGREES)) return undefined;
  const bend = BEND * width ** 2;
  return { ...box, south: box.south - bend, north: box.north + bend };
}

function extend(box: { west: number; south: number; east: number; north: number }, coordinates: unknown): void {
  if (!Array.isArray(coordinates)) return;
  const [x, y] = coordinates;
  if (typeof x !== 'number' || typeof y !== 'number') {
    for (const part of coordinates) extend(box, part);
    return;
  }
  box.west = Math.min(box.west, x);
  box.east = Math.max(box.east, x);
  box.south = Math.min(box.south, y);
  box.north = Math.max(box.north, y);
}

/** A box that the bounding box of every match intersects; undefined: no restriction. */
export function boxOfQuery(query: GeoQuery): BoundingBox | undefined {
  const isFar = query.kind === 'near' ? query.bound === 'min' : query.relation === 'disjoint';
  const box = isFar ? undefined : boxOf(query.reference);
  if (box === undefined) return undefined;
  const metres = query.kind === 'near' ? query.metres : 0;
  const high = metres / METRES_A_DEGREE + ROUNDING_DEGREES;
  const [south, north] = [box.south - high, box.north + high];
  const farthest = Math.max(Math.abs(south), Math.abs(north));
  if (farthest > FARTHEST_LATITUDE) return undefined;
  const wide = high / Math.cos((farthest * Math.PI) / 180);
  const [west, east] = [box.west - wide, box.east + wide];
  if (west < -180 || east > 180) return undefined;
  return { west, south, east, north };
}
