import { badMember, isJsonObject } from './values.ts';

/** The GeoJSON geometries of 4.7, with the nesting depth of their positions. */
const POSITION_DEPTH = {
  Point: 0,
  MultiPoint: 1,
  LineString: 1,
  MultiLineString: 2,
  Polygon: 2,
  MultiPolygon: 3,
} as const;

export type GeometryType = keyof typeof POSITION_DEPTH;

/** A GeoJSON geometry (RFC 7946); positions are `[longitude, latitude, altitude?]` in degrees and metres. */
export interface Geometry {
  readonly type: GeometryType;
  readonly coordinates: unknown;
}

export function isGeometryType(text: unknown): text is GeometryType {
  return typeof text === 'string' && Object.hasOwn(POSITION_DEPTH, text);
}

/**
 * Reads a geometry given as an object or as its JSON text (4.7.1).
 *
 * @throws NgsiLdError BadRequestData
 */
export function checkGeometry(value: unknown, member: string): Geometry {
  const geometry = typeof value === 'string' ? parsed(value, member) : value;
  if (!isJsonObject(geometry) || !isGeometryType(geometry.type)) {
    throw badMember(member, value, `a GeoJSON geometry of type ${Object.keys(POSITION_DEPTH).join(', ')}`);
  }
  checkCoordinates(geometry.type, geometry.coordinates, `${member}.coordinates`);
  return geometry as unknown as Geometry;
}

function parsed(text: string, member: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badMember(member, text, 'a GeoJSON geometry');
  }
}

/**
 * Checks whether coordinates are valid for a geometry type.
 *
 * @throws NgsiLdError BadRequestData
 */
export function checkCoordinates(type: GeometryType, coordinates: unknown, member: string): void {
  checkLevel(POSITION_DEPTH[type], coordinates, member);
  if (type === 'LineString') checkLine(coordinates as unknown[], member);
  if (type === 'MultiLineString') for (const line of coordinates as unknown[][]) checkLine(line, member);
  if (type === 'Polygon') checkRings(coordinates as number[][][], member);
  if (type === 'MultiPolygon') for (const rings of coordinates as number[][][][]) checkRings(rings, member);
}

function checkLevel(depth: number, value: unknown, member: string): void {
  if (!Array.isArray(value) || value.length === 0) throw badMember(member, value, 'an array of coordinates');
  if (depth > 0) {
    for (const part of value) checkLevel(depth - 1, part, member);
    return;
  }
  if (value.length < 2 || value.length > 4 || !value.every((number) => Number.isFinite(number))) {
    throw badMember(member, value, 'a position [longitude, latitude]');
  }
  const [longitude, latitude] = value as [number, number];
  if (Math.abs(longitude) > 180)
    throw badMember(member, longitude, 'a longitude from -180 to 180, before the latitude');
  if (Math.abs(latitude) > 90) throw badMember(member, latitude, 'a latitude from -90 to 90, after the longitude');
}

function checkLine(line: readonly unknown[], member: string): void {
  if (line.length < 2) throw badMember(member, line, 'a line of at least two positions');
}

function checkRings(rings: readonly (readonly number[][])[], member: string): void {
  for (const ring of rings) {
    const first = ring[0] as number[];
    const last = ring.at(-1) as number[];
    const closed = first.length === last.length && first.every((number, axis) => number === last[axis]);
    if (ring.length < 4 || !closed) throw badMember(member, ring, 'a closed ring of at least four positions');
  }
}
