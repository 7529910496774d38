import { createRequire } from 'node:module';
import type { Entity } from '../../model/entity.ts';
import { hasExpired } from '../../model/expiry.ts';
import type { Geometry } from '../../model/geometry.ts';
import type { MatchOptions } from '../q/match-q.ts';
import type { GeoQuery, TopologicalRelation } from './geo-query.ts';
import { geodesicDistance, isWide, type MeasuredGeometry, measuredGeometry } from './geodesic-distance.ts';
import type * as Planar from './planar-geometry.ts';

// Cached, because a subscription uses the same reference geometry for every change.
const measured = new WeakMap<Geometry, MeasuredGeometry>();
const planar = new WeakMap<Geometry, Planar.PlanarGeometry>();

/** Whether some instance of the geoproperty relates to the reference as requested (4.10). */
export function matchesGeoQuery(query: GeoQuery, entity: Entity, options: MatchOptions = {}): boolean {
  for (const instance of entity.attributes[query.geoproperty] ?? []) {
    if (instance.type !== 'GeoProperty') continue;
    if (instance.expiresAt !== undefined && hasExpired(instance.expiresAt, options.at ?? new Date().toISOString()))
      continue;
    if (matchesGeometry(query, instance.value as Geometry)) return true;
  }
  return false;
}

/** Whether a geometry relates to the reference as requested. */
export function matchesGeometry(query: GeoQuery, target: Geometry): boolean {
  if (query.kind === 'topological') return isRelatedOnMap(target, query.relation, query.reference);
  if (isWide(target.coordinates) || isWide(query.reference.coordinates)) {
    // Like the SQL version: a geometry that spans half the globe has no defined interior on the sphere.
    if (isRelatedOnMap(target, 'intersects', query.reference)) return query.bound === 'max';
  }
  const metres = geodesicDistance(measuredGeometry(target), once(measured, query.reference, measuredGeometry));
  return query.bound === 'max' ? metres <= query.metres : metres > query.metres;
}

function isRelatedOnMap(target: Geometry, relation: TopologicalRelation, reference: Geometry): boolean {
  const { isRelated, planarGeometry } = planarGeometries();
  return isRelated(planarGeometry(target), relation, once(planar, reference, planarGeometry));
}

let loaded: typeof Planar | undefined;

/** Loaded on first use: the library has 240 modules and takes 0.1 s to load, and most processes never need it. */
function planarGeometries(): typeof Planar {
  loaded ??= createRequire(import.meta.url)('./planar-geometry.ts') as typeof Planar;
  return loaded;
}

function once<Made>(cache: WeakMap<Geometry, Made>, geometry: Geometry, make: (geometry: Geometry) => Made): Made {
  let made = cache.get(geometry);
  if (made === undefined) {
    made = make(geometry);
    cache.set(geometry, made);
  }
  return made;
}
