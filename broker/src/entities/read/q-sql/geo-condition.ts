import { sqlLiteral } from '../../../indexes/indexed-value.ts';
import type { Geometry } from '../../../model/geometry.ts';
import { type GeoQuery, LOCATION, type TopologicalRelation } from '../../../query/geo/geo-query.ts';
import { isWide, WIDEST_EDGE } from '../../../query/geo/geodesic-distance.ts';
import { instances, key } from './path-sql.ts';
import { pathQuery, type SqlScope } from './q-condition.ts';

const PREDICATES: { readonly [relation in TopologicalRelation]: string } = {
  within: 'ST_Within',
  contains: 'ST_Contains',
  intersects: 'ST_Intersects',
  equals: 'ST_Equals',
  disjoint: 'ST_Disjoint',
  overlaps: 'ST_Overlaps',
};

/**
 * The condition that some instance of the geoproperty relates to the reference geometry as requested (4.10). `near`
 * measures metres on the ellipsoid. The other relations use the plane of longitude and latitude, after repairing
 * geometries that intersect themselves.
 *
 * `location` is tested by its indexed column. Where the column is not enough (several instances, or a repair that left
 * a collection), the document is read, as for other GeoProperties. Reading the document, even for an expiry time, is
 * more expensive than most comparisons and so comes last.
 */
export function geoCondition(query: GeoQuery, scope: SqlScope): string {
  const { params, row } = scope;
  const shape = query.kind === 'near' ? plain : repaired;
  const reference = once(shape(params.add(JSON.stringify(query.reference))), scope);
  const predicate = predicateOf(query, reference, scope);
  const path = `${instances([query.geoproperty])} ? (@.type == "GeoProperty").value ? (@.type() == "object")`;
  // Without the inner condition, which always holds, the planner expects a thousand values per entity and avoids the
  // test.
  const leaves = `(SELECT ${shape('value')} FROM ${pathQuery(path, scope)} AS found(value) WHERE jsonb_typeof(value) = 'object' OFFSET 0)`;
  const inDocument = `EXISTS (SELECT FROM ${leaves} AS leaf(geometry) WHERE ${predicate('leaf.geometry', onSphere)})`;
  if (query.geoproperty !== LOCATION) return inDocument;

  const isSure = `NOT jsonb_path_exists(${row}.document, ${sqlLiteral(DOUBTFUL_LOCATION)}, '{}', true)`;
  // A point has one instance, and an entity with a stored text has nothing that expires.
  const isSureOfPoint = scope.isPrepared ? `${row}.shown IS NOT NULL OR ${isSure}` : isSure;
  const exact = `CASE GeometryType(${row}.location)
    WHEN 'POINT' THEN ${predicate(`${row}.location`, pointOnSphere)} AND (${isSureOfPoint} OR ${inDocument})
    WHEN 'GEOMETRYCOLLECTION' THEN ${inDocument}
    ELSE ${predicate(`${row}.location`, onSphere)} AND (${isSure} OR ${inDocument}) END`;
  const box = boxOf(query, reference, scope);
  return box ? `(${row}.location && ${box} AND ${exact})` : `(${row}.location IS NOT NULL AND ${exact})`;
}

/** A location with several instances, or one that expires. */
const DOUBTFUL_LOCATION = `strict $.attributes.${key(LOCATION)} ? (@.size() > 1 || exists(@[0].expiresAt))`;

/**
 * Wraps an expression that is constant for all rows in a subquery. In a generic plan it would otherwise be evaluated
 * for each row.
 */
function once(expression: string, { isPrepared }: SqlScope): string {
  return isPrepared ? `(SELECT ${expression})` : expression;
}

function plain(geoJson: string): string {
  return `ST_Force2D(ST_GeomFromGeoJSON(${geoJson}))`;
}

/**
 * Keeps only the pieces of highest dimension that a repair leaves: PostGIS predicates don't accept mixed collections.
 */
function repaired(geoJson: string): string {
  return `ST_CollectionExtract(ST_MakeValid(${plain(geoJson)}))`;
}

type ToSphere = (geometry: string) => string;

function predicateOf(
  query: GeoQuery,
  reference: string,
  scope: SqlScope,
): (target: string, toSphere: ToSphere) => string {
  if (query.kind === 'topological') return (target) => `${PREDICATES[query.relation]}(${target}, ${reference})`;
  const metres = scope.params.add(query.metres);
  const not = query.bound === 'max' ? '' : 'NOT ';
  const around = once((query.reference.type === 'Point' ? pointOnSphere : onSphere)(reference), scope);
  const isWideReference = isWide(query.reference.coordinates);
  return (target, toSphere) => {
    const isNear = `ST_DWithin(${toSphere(target)}, ${around}, ${metres}::float8)`;
    if (!isWideReference && toSphere === pointOnSphere) return `${not}${isNear}`;
    const isEitherWide = isWideReference ? '' : `${isWideOnMap(target)} AND `;
    return `${not}(${isEitherWide}${touchOnMap(target, reference)} OR ${isNear})`;
  };
}

/**
 * A geometry that spans half the globe has no defined interior on the sphere: what PostGIS answers then depends on
 * earlier rows. For those, use the planar map of longitude and latitude.
 */
function touchOnMap(one: string, other: string): string {
  return `ST_Intersects(ST_MakeValid(${one}), ST_MakeValid(${other}))`;
}

function isWideOnMap(geometry: string): string {
  return `(ST_XMax(${geometry}) - ST_XMin(${geometry}) >= 180 OR ST_YMax(${geometry}) - ST_YMin(${geometry}) >= 180)`;
}

/** A point has no edges, so it needs no cutting. */
function pointOnSphere(point: string): string {
  return `${point}::geography`;
}

/**
 * Converts to `geography`, whose edges are great circles. Between antipodes no great circle is defined, and PostGIS
 * raises an error. So edges this wide are first split along the straight lines of GeoJSON.
 */
export function onSphere(geometry: string): string {
  return `(CASE WHEN ${isWideOnMap(geometry)} THEN ST_Segmentize(${geometry}, ${WIDEST_EDGE}) ELSE ${geometry} END)::geography`;
}

/**
 * The bounding box that every match must intersect, so that the index can be used. Undefined if the index can't help.
 */
function boxOf(query: GeoQuery, reference: string, scope: SqlScope): string | undefined {
  const { params } = scope;
  if (query.kind === 'topological') return query.relation === 'disjoint' ? undefined : reference;
  if (query.bound === 'min') return undefined;
  const box = boxAround(query.reference, query.metres);
  if (box === undefined) return undefined;
  return once(`ST_MakeEnvelope(${box.map((degrees) => `${params.add(degrees)}::float8`).join(', ')}, 4326)`, scope);
}

const METRES_PER_DEGREE = 110_000;

/**
 * A box in degrees (west, south, east, north) that contains everything within `metres` of the geometry. Undefined
 * across the antimeridian, near a pole, and for edges so long that their great circles leave the box of their end
 * points.
 */
function boxAround({ coordinates }: Geometry, metres: number): readonly number[] | undefined {
  const positions = positionsOf(coordinates);
  let [west, south, east, north] = [180, 90, -180, -90];
  for (const [longitude, latitude] of positions) {
    west = Math.min(west, longitude);
    east = Math.max(east, longitude);
    south = Math.min(south, latitude);
    north = Math.max(north, latitude);
  }
  if (east - west > 10) return undefined;
  // How far a great circle deviates towards the pole between its ends: at most width² / 16, in radians.
  const bulge = ((east - west) ** 2 * (Math.PI / 180)) / 16;
  const upright = (metres / METRES_PER_DEGREE) * 1.01 + bulge;
  const poleward = Math.max(Math.abs(south), Math.abs(north)) + upright;
  if (poleward > 85) return undefined;
  const sideways = upright / Math.cos((poleward * Math.PI) / 180);
  if (west - sideways < -180 || east + sideways > 180) return undefined;
  return [west - sideways, south - upright, east + sideways, north + upright];
}

function positionsOf(coordinates: unknown): [number, number][] {
  if (!Array.isArray(coordinates)) return [];
  if (typeof coordinates[0] === 'number') return [coordinates as [number, number]];
  return coordinates.flatMap(positionsOf);
}
