import type { Geometry } from '../../model/geometry.ts';
import type { GeoQuery } from '../../query/geo/geo-query.ts';
import { matchesGeometry } from '../../query/geo/match-geo.ts';
import type { Registration } from './registration.ts';

const CORE = 'https://uri.etsi.org/ngsi-ld/';
/** Geoproperties by which a registration may describe the area of its entities (5.2.9). */
const SPACES: ReadonlySet<string> = new Set(
  ['location', 'observationSpace', 'operationSpace'].map((name) => CORE + name),
);

/** Whether a source may have entities that match a geoquery: none lie outside its registered area (4.3.6.1). */
export function mayHoldAny({ self }: Registration, query: GeoQuery): boolean {
  const places = SPACES.has(query.geoproperty) ? self.attributes[query.geoproperty] : undefined;
  return places === undefined || places.some(({ value }) => mayHold(value as Geometry, query)); // only geometries
}

function mayHold(place: Geometry, query: GeoQuery): boolean {
  if (query.kind === 'near') return query.bound === 'min' || matchesGeometry(query, place);
  // For every other relation, a geometry within the area and the reference share at least one point.
  return query.relation === 'disjoint' || matchesGeometry({ ...query, relation: 'intersects' }, place);
}
