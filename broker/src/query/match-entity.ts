import type { Entity } from '../model/entity.ts';
import { hasExpired } from '../model/expiry.ts';
import type { EntityFilter, EntitySelector } from './entity-query.ts';
import { matchesGeoQuery } from './geo/match-geo.ts';
import { type MatchOptions, matchesQ } from './q/match-q.ts';
import { matchesScopes } from './scope/scope-query.ts';
import { matchesTypes } from './type-selection.ts';

/**
 * Whether an entity matches (5.7.2). The in-memory counterpart of the SQL in `entities/read/q-sql/`. An expired entity
 * never matches.
 */
export function matchesEntity(filter: EntityFilter, entity: Entity, options: MatchOptions = {}): boolean {
  const { selectors = [], attrs, q, scopeQ, geoQ } = filter;
  if (selectors.length > 0 && !selectors.some((selector) => matchesSelector(selector, entity))) return false;
  if (isPast(entity.expiresAt, options)) return false;
  if (attrs && !attrs.some((name) => hasAttribute(entity, name, options))) return false;
  if (scopeQ && !matchesScopes(scopeQ, entity.scopes)) return false;
  if (q && !matchesQ(q, entity, options)) return false;
  return geoQ === undefined || matchesGeoQuery(geoQ, entity, options);
}

/** Whether an entity has a selector's types and ids (5.2.33). */
export function matchesSelector({ types, ids, idPattern }: EntitySelector, entity: Entity): boolean {
  if (types && !matchesTypes(types, entity.types)) return false;
  if (ids) return ids.includes(entity.id);
  return idPattern === undefined || idPattern.test(entity.id);
}

function hasAttribute(entity: Entity, name: string, options: MatchOptions): boolean {
  return (entity.attributes[name] ?? []).some((instance) => !isPast(instance.expiresAt, options));
}

function isPast(expiresAt: string | undefined, options: MatchOptions): boolean {
  return expiresAt !== undefined && hasExpired(expiresAt, options.at ?? new Date().toISOString());
}
