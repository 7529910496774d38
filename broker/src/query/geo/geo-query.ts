import { checkCoordinates, type Geometry, isGeometryType } from '../../model/geometry.ts';
import type { NameExpander } from '../../model/names.ts';
import { badMember, isName } from '../../model/values.ts';
import { checkStorable, MAX_LENGTH } from '../scanner.ts';

export type TopologicalRelation = (typeof TOPOLOGICAL)[number];

/** A geoquery (4.10): how the entity's geometry must relate to the reference geometry. */
export type GeoQuery =
  | {
      readonly kind: 'near';
      /** `max`: at most this distance, inclusive. `min`: farther. */
      readonly bound: 'max' | 'min';
      readonly metres: number;
      readonly reference: Geometry;
      /** Expanded. */
      readonly geoproperty: string;
    }
  | {
      readonly kind: 'topological';
      readonly relation: TopologicalRelation;
      readonly reference: Geometry;
      /** Expanded. */
      readonly geoproperty: string;
    };

/** The unparsed parameters of a geoquery. In a URL all are texts; in a body `coordinates` may be an array. */
export interface GeoParameters {
  readonly georel?: unknown;
  readonly geometry?: unknown;
  readonly coordinates?: unknown;
  readonly geoproperty?: unknown;
}

/** The default geoproperty (4.10). */
export const LOCATION = 'https://uri.etsi.org/ngsi-ld/location';

const TOPOLOGICAL = ['within', 'contains', 'intersects', 'equals', 'disjoint', 'overlaps'] as const;
const NEAR = /^near;(max|min)Distance==(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;

/**
 * Reads a geoquery (4.10); undefined when none of `georel`, `geometry`, `coordinates` is given.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseGeoQuery(parameters: GeoParameters, names: NameExpander): GeoQuery | undefined {
  const { georel, geometry, coordinates } = parameters;
  if (georel === undefined && geometry === undefined && coordinates === undefined) return undefined;

  const relation = parseGeorel(georel);
  if (!isGeometryType(geometry)) {
    throw badMember('geometry', geometry, 'Point, MultiPoint, LineString, MultiLineString, Polygon or MultiPolygon');
  }
  const reference = { type: geometry, coordinates: parseCoordinates(coordinates) };
  checkCoordinates(reference.type, reference.coordinates, 'coordinates');
  return { ...relation, reference, geoproperty: parseGeoproperty(parameters.geoproperty, names) };
}

type Georel =
  | { readonly kind: 'near'; readonly bound: 'max' | 'min'; readonly metres: number }
  | { readonly kind: 'topological'; readonly relation: TopologicalRelation };

function parseGeorel(georel: unknown): Georel {
  const relation = TOPOLOGICAL.find((name) => name === georel);
  if (relation) return { kind: 'topological', relation };

  const near = typeof georel === 'string' ? NEAR.exec(georel.replaceAll(' ', '')) : null;
  const metres = Number(near?.[2]);
  if (near && metres > 0 && Number.isFinite(metres)) {
    return { kind: 'near', bound: near[1] === 'max' ? 'max' : 'min', metres };
  }
  throw badMember(
    'georel',
    georel,
    `near;maxDistance==<metres>, near;minDistance==<metres> above 0, or one of ${TOPOLOGICAL.join(', ')}`,
  );
}

function parseCoordinates(coordinates: unknown): unknown {
  if (typeof coordinates !== 'string') return coordinates;
  if (coordinates.length > MAX_LENGTH) {
    throw badMember('coordinates', `${coordinates.length} characters`, `at most ${MAX_LENGTH}`);
  }
  try {
    return JSON.parse(coordinates);
  } catch {
    throw badMember('coordinates', coordinates, 'a JSON array, e.g. [5.95,49.47]');
  }
}

function parseGeoproperty(geoproperty: unknown, names: NameExpander): string {
  if (geoproperty === undefined) return LOCATION;
  if (!isName(geoproperty)) throw badMember('geoproperty', geoproperty, 'an attribute name');
  checkStorable(geoproperty, 'geoproperty');
  return names.attribute(geoproperty);
}
