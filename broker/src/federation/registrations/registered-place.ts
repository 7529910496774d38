import type { Geometry } from '../../model/geometry.ts';
import type { GeoQuery } from '../../query/geo/geo-query.ts';
import { matchesGeometry } from '../../query/geo/match-geo.ts';
import type { Registration } from './registration.ts';

const CORE = 'https://uri.etsi.org/ngsi-ld/';
/** Geoproperties for which a registration may name the place that its entities lie in (5.2.9). */
const SPACES: ReadonlySet<string> = new Set(
  ['location', 'observationSpace', 'operationSpace'].map((name) => CORE + name),
);

/** Whether a source may have entities that a geoquery is about: none beyond the place it is registered for (4.3.6.1). */
export function mayHoldAny({ self }: Registration, query: GeoQuery): boolean {
  const places = SPACES.has(query.geoproperty) ? self.attributes[query.geoproperty] : undefined;
  return places === undefined || places.some(({ value }) => mayHold(value as Geometry, query)); // geometries alone
}

function mayHold(place: Geometry, query: GeoQuery): boolean {
  if (query.kind === 'near') return query.bound === 'min' || matchesGeometry(query, place);
  // However a geometry within the place stands to the reference otherwise, the two share a point.
  return query.relation === 'disjoint' || matchesGeometry({ ...query, relation: 'intersects' }, place);
}
