import type { EntityQuery } from '@alzette/ngsi-ld-schemas/client';
import type { Area, RuleScope } from '../contract/rule.ts';

/** The query for the entities of a scope. */
export function scopeQueryOf({ types, q, scopeQ, area }: RuleScope): EntityQuery {
  return {
    type: types.join(','),
    ...(q !== undefined && { q }),
    ...(scopeQ !== undefined && { scopeQ }),
    ...(area !== undefined && geoQueryOf(area)),
  };
}

export function geoQueryOf(area: Area): { georel: string; geometry: string; coordinates: unknown } {
  if ('center' in area) {
    return { georel: `near;maxDistance==${area.radius}`, geometry: 'Point', coordinates: area.center };
  }
  return { georel: 'within', geometry: area.type, coordinates: area.coordinates };
}
