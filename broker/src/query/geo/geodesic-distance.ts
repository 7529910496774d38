import geodesic from 'geographiclib-geodesic';
import type { Geometry } from '../../model/geometry.ts';

type Position = readonly [longitude: number, latitude: number];

/** A unit vector from the centre of the sphere. */
type Vector = readonly [x: number, y: number, z: number];

type Edge = readonly [Vertex, Vertex];

interface Vertex {
  readonly position: Position;
  readonly vector: Vector;
}

/** A geometry prepared for measuring: points, and edges along great circles. */
export interface MeasuredGeometry {
  readonly points: readonly Vertex[];
  readonly edges: readonly Edge[];
  /** The rings of each polygon. */
  readonly polygons: readonly (readonly Position[][])[];
}

const RADIANS = Math.PI / 180;
const WGS84 = geodesic.Geodesic.WGS84;

/**
 * In degrees. The edges of geometries that span half the globe are split to this length, because between antipodes the
 * great circle is not unique.
 */
export const WIDEST_EDGE = 90;

export function measuredGeometry({ type, coordinates: given }: Geometry): MeasuredGeometry {
  const coordinates = type.endsWith('Point') || !isWide(given) ? given : cut(given);
  switch (type) {
    case 'Point':
      return { points: [vertex(coordinates as Position)], edges: [], polygons: [] };
    case 'MultiPoint':
      return { points: (coordinates as Position[]).map(vertex), edges: [], polygons: [] };
    case 'LineString':
      return lines([coordinates as Position[]], []);
    case 'MultiLineString':
      return lines(coordinates as Position[][], []);
    case 'Polygon':
      return lines(coordinates as Position[][], [coordinates as Position[][]]);
    case 'MultiPolygon':
      return lines((coordinates as Position[][][]).flat(), coordinates as Position[][][]);
  }
}

/** Whether the geometry spans half the globe. */
export function isWide(coordinates: unknown): boolean {
  const box = { west: 180, south: 90, east: -180, north: -90 };
  extend(box, coordinates as Coordinates);
  return box.east - box.west >= 180 || box.north - box.south >= 180;
}

type Coordinates = Position | readonly Coordinates[];

function extend(box: { west: number; south: number; east: number; north: number }, coordinates: Coordinates): void {
  if (!isPosition(coordinates)) {
    for (const part of coordinates) extend(box, part);
    return;
  }
  const [longitude, latitude] = coordinates;
  box.west = Math.min(box.west, longitude);
  box.east = Math.max(box.east, longitude);
  box.south = Math.min(box.south, latitude);
  box.north = Math.max(box.north, latitude);
}

function isPosition(coordinates: Coordinates): coordinates is Position {
  return typeof coordinates[0] === 'number';
}

/** The coordinates of lines or rings, with each edge split into equal parts of at most `WIDEST_EDGE`. */
function cut(coordinates: unknown): unknown {
  const parts = coordinates as readonly Coordinates[]; // positions, or lines, or rings of polygons
  if (!isPosition(parts[0] as Coordinates)) return parts.map(cut);
  const positions = parts as readonly Position[];
  return positions.flatMap((end, index) => {
    const start = positions[index - 1];
    return start === undefined ? [end] : partsOf(start, end);
  });
}

/** The end points of the parts of an edge. */
function partsOf(start: Position, end: Position): Position[] {
  const [width, height] = [end[0] - start[0], end[1] - start[1]];
  const count = Math.max(1, Math.ceil(Math.hypot(width, height) / WIDEST_EDGE));
  return Array.from({ length: count }, (_, index) => {
    const share = (index + 1) / count;
    return [start[0] + width * share, start[1] + height * share] as const;
  });
}

function lines(all: readonly (readonly Position[])[], polygons: readonly Position[][][]): MeasuredGeometry {
  const points: Vertex[] = [];
  const edges: Edge[] = [];
  for (const line of all) {
    const vertices = line.map(vertex);
    points.push(...vertices);
    for (let index = 1; index < vertices.length; index++) {
      edges.push([vertices[index - 1] as Vertex, vertices[index] as Vertex]);
    }
  }
  return { points, edges, polygons };
}

function vertex(position: Position): Vertex {
  const longitude = position[0] * RADIANS;
  const latitude = position[1] * RADIANS;
  const radius = Math.cos(latitude);
  return { position, vector: [radius * Math.cos(longitude), radius * Math.sin(longitude), Math.sin(latitude)] };
}

/**
 * The distance in metres between the closest points of two geometries on the WGS 84 ellipsoid. Like PostGIS for
 * `geography`, it finds the closest points on the sphere and measures their distance on the ellipsoid.
 */
export function geodesicDistance(left: MeasuredGeometry, right: MeasuredGeometry): number {
  if (holdsAny(left, right) || holdsAny(right, left) || anyCrossing(left, right)) return 0;

  const closest: Closest = { chord: Number.POSITIVE_INFINITY, from: NOWHERE, to: NOWHERE };
  for (const from of left.points) for (const to of right.points) approach(closest, from.vector, to.vector);
  for (const { vector } of left.points) for (const edge of right.edges) approachEdge(closest, vector, edge);
  for (const { vector } of right.points) for (const edge of left.edges) approachEdge(closest, vector, edge);

  const [longitude1, latitude1] = positionOf(closest.from);
  const [longitude2, latitude2] = positionOf(closest.to);
  return WGS84.Inverse(latitude1, longitude1, latitude2, longitude2, geodesic.Geodesic.DISTANCE).s12 as number;
}

interface Closest {
  /** The square of the chord length, which grows with the angle. */
  chord: number;
  from: Vector;
  to: Vector;
}

const NOWHERE: Vector = [0, 0, 0];

function approach(closest: Closest, from: Vector, to: Vector): void {
  const x = from[0] - to[0];
  const y = from[1] - to[1];
  const z = from[2] - to[2];
  const chord = x * x + y * y + z * z;
  if (chord < closest.chord) {
    closest.chord = chord;
    closest.from = from;
    closest.to = to;
  }
}

/** Tests the foot of the perpendicular from a point to an edge. The ends of the edge are tested as points. */
function approachEdge(closest: Closest, point: Vector, [{ vector: start }, { vector: end }]: Edge): void {
  const normal = cross(start, end);
  const length = Math.hypot(...normal);
  if (length === 0) return;
  const height = dot(point, normal) / length;
  const foot: Vector = [
    point[0] - (height * normal[0]) / length,
    point[1] - (height * normal[1]) / length,
    point[2] - (height * normal[2]) / length,
  ];
  if (dot(cross(start, foot), normal) < 0 || dot(cross(foot, end), normal) < 0) return;
  const radius = Math.hypot(...foot);
  if (radius > 0) approach(closest, point, [foot[0] / radius, foot[1] / radius, foot[2] / radius]);
}

function anyCrossing(left: MeasuredGeometry, right: MeasuredGeometry): boolean {
  for (const edge of left.edges) for (const other of right.edges) if (doCross(edge, other)) return true;
  return false;
}

function doCross([a, b]: Edge, [c, d]: Edge): boolean {
  const first = cross(a.vector, b.vector);
  const acb = -dot(first, c.vector);
  const bda = dot(first, d.vector);
  if (acb * bda <= 0) return false;
  const second = cross(c.vector, d.vector);
  return -dot(second, b.vector) * acb > 0 && dot(second, a.vector) * acb > 0;
}

function holdsAny(areas: MeasuredGeometry, other: MeasuredGeometry): boolean {
  return areas.polygons.some((rings) => other.points.some(({ position }) => isInside(position, rings)));
}

/** Counts how many edges the meridian from the position to the north pole crosses. */
function isInside([longitude, latitude]: Position, rings: readonly (readonly Position[])[]): boolean {
  const height = Math.tan(latitude * RADIANS);
  let inside = false;
  for (const ring of rings) {
    for (let index = 1; index < ring.length; index++) {
      const start = ring[index - 1] as Position;
      const end = ring[index] as Position;
      const from = eastward(start[0] - longitude);
      const to = eastward(end[0] - longitude);
      if (from <= 0 === to <= 0 || Math.abs(from - to) >= Math.PI) continue;
      const startHeight = Math.tan(start[1] * RADIANS);
      const endHeight = Math.tan(end[1] * RADIANS);
      const edgeHeight = (startHeight * Math.sin(to) - endHeight * Math.sin(from)) / Math.sin(to - from);
      if (edgeHeight > height) inside = !inside;
    }
  }
  return inside;
}

/** Degrees as radians from -π to π. */
function eastward(degrees: number): number {
  return (((degrees + 540) % 360) - 180) * RADIANS;
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function positionOf([x, y, z]: Vector): Position {
  return [Math.atan2(y, x) / RADIANS, Math.atan2(z, Math.hypot(x, y)) / RADIANS];
}
