import type { EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import { LOCATION } from '../model/represent/geojson.ts';
import { badMember, isJsonObject } from '../model/values.ts';
import { matchesScopes, type ScopeQuery } from '../query/scope/scope-query.ts';
import { matchesTypes, type TypeSelection } from '../query/type-selection.ts';

/** Degrees: west, south, east, north. West > east if the box crosses the antimeridian. */
export type BoundingBox = readonly [west: number, south: number, east: number, north: number];

/** Selects the changes for a follower. */
export interface FeedFilter {
  readonly tenant: string;
  readonly types?: TypeSelection;
  /** Only changes of one of these attributes (IRIs); deletions always pass. */
  readonly attributes?: ReadonlySet<string>;
  readonly box?: BoundingBox;
  readonly scopes?: ScopeQuery;
}

/**
 * Parses `minLon,minLat,maxLon,maxLat`.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseBoundingBox(text: string): BoundingBox {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [west, south, east, north] = numbers as [number, number, number, number];
  const valid =
    numbers.length === 4 &&
    numbers.every(Number.isFinite) &&
    south <= north &&
    Math.max(Math.abs(south), Math.abs(north)) <= 90 &&
    Math.max(Math.abs(west), Math.abs(east)) <= 180;
  if (!valid) throw badMember('bbox', text, 'minLon,minLat,maxLon,maxLat in degrees');
  return [west, south, east, north];
}

/**
 * Whether a follower receives the change. A follower that had the entity also learns that it has left the box or the
 * scope.
 */
export function matchesFilter(filter: FeedFilter, { tenant, before, after, attributes }: EntityChange): boolean {
  if (tenant !== filter.tenant) return false;
  const entity = (after ?? before) as Entity; // one of the two exists
  if (filter.types !== undefined && !matchesTypes(filter.types, entity.types)) return false;
  const wanted = filter.attributes;
  if (wanted !== undefined && after !== undefined && !attributes.some(({ name }) => wanted.has(name))) return false;
  return isIn(filter, after) || isIn(filter, before);
}

function isIn({ box, scopes }: FeedFilter, entity: Entity | undefined): boolean {
  if (entity === undefined) return false;
  if (scopes !== undefined && !matchesScopes(scopes, entity.scopes)) return false;
  return box === undefined || (entity.attributes[LOCATION] ?? []).some(({ value }) => overlaps(box, value));
}

/** The bounding box of all locations of an entity; undefined: it has none. */
export function extentOf(entity: Entity): BoundingBox | undefined {
  const extent: Extent = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  for (const { value } of entity.attributes[LOCATION] ?? [])
    if (isJsonObject(value)) stretch(extent, value.coordinates);
  return extent.south > extent.north ? undefined : [extent.west, extent.south, extent.east, extent.north];
}

/** Whether the bounding box of a geometry intersects the box. */
function overlaps([west, south, east, north]: BoundingBox, geometry: unknown): boolean {
  if (!isJsonObject(geometry)) return false;
  const extent: Extent = { west: Infinity, south: Infinity, east: -Infinity, north: -Infinity };
  stretch(extent, geometry.coordinates);
  if (extent.south > north || extent.north < south) return false;
  return west <= east ? extent.west <= east && extent.east >= west : extent.west <= east || extent.east >= west;
}

interface Extent {
  west: number;
  south: number;
  east: number;
  north: number;
}

function stretch(extent: Extent, coordinates: unknown): void {
  if (!Array.isArray(coordinates)) return;
  const [longitude, latitude] = coordinates;
  if (typeof longitude !== 'number' || typeof latitude !== 'number') {
    for (const part of coordinates) stretch(extent, part);
    return;
  }
  extent.west = Math.min(extent.west, longitude);
  extent.east = Math.max(extent.east, longitude);
  extent.south = Math.min(extent.south, latitude);
  extent.north = Math.max(extent.north, latitude);
}
