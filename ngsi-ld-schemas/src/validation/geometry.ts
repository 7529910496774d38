import { isJsonObject } from '../json/json.ts';

/** The nesting depth of coordinates by geometry type (RFC 7946). */
const DEPTHS: Readonly<Record<string, number>> = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
};

/** The expected form of an invalid GeoJSON geometry; undefined if it is valid. */
export function geometryFault(geometry: unknown): string | undefined {
  if (!isJsonObject(geometry)) return 'a GeoJSON geometry';
  const depth = DEPTHS[String(geometry.type)];
  if (depth === undefined) return `a type of ${Object.keys(DEPTHS).join(', ')}`;
  return isNested(geometry.coordinates, depth) ? undefined : `coordinates of a ${geometry.type}`;
}

function isNested(value: unknown, depth: number): boolean {
  if (!Array.isArray(value)) return false;
  if (depth === 0) return value.length >= 2 && value.every((number) => Number.isFinite(number));
  return value.length > 0 && value.every((inner) => isNested(inner, depth - 1));
}

/** Every position of a geometry. */
export function positionsOf(geometry: unknown): readonly (readonly number[])[] {
  return isJsonObject(geometry) ? positions(geometry.coordinates) : [];
}

function positions(value: unknown): (readonly number[])[] {
  if (!Array.isArray(value)) return [];
  return typeof value[0] === 'number' ? [value as number[]] : value.flatMap(positions);
}
