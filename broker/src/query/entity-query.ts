import { NgsiLdError } from '../model/errors.ts';
import { tolerates } from '../model/leniency.ts';
import type { GeoQuery } from './geo/geo-query.ts';
import type { Ordering } from './order/order-by.ts';
import type { Pattern } from './pattern.ts';
import { linkDepthOfProjection, type Projection } from './projection/projection.ts';
import { linkDepth, namesAttribute, type QNode } from './q/q-tree.ts';
import type { ScopeQuery } from './scope/scope-query.ts';
import type { TypeSelection } from './type-selection.ts';

/** Selects entities by type and id (5.2.33). All given criteria must hold; `ids` takes precedence over `idPattern`. */
export interface EntitySelector {
  readonly types?: TypeSelection;
  readonly ids?: readonly string[];
  readonly idPattern?: Pattern;
}

/** A filter for entities. All given criteria must hold. */
export interface EntityFilter {
  /** At least one of these must hold; absent or empty: any entity. */
  readonly selectors?: readonly EntitySelector[];
  /** Expanded; the entity must have at least one of them. */
  readonly attrs?: readonly string[];
  readonly q?: QNode;
  readonly geoQ?: GeoQuery;
  readonly scopeQ?: ScopeQuery;
}

/** How linked entities are returned with an entity (4.5.23). */
export type Join = 'inline' | 'flat';

/** A query for entities (5.7.2) with expanded names, from URL parameters or from a Query in a body (5.2.23). */
export interface EntityQuery extends EntityFilter {
  readonly projection?: Projection;
  /** Instances to keep; `@none` is the default instance. */
  readonly datasetIds?: readonly string[];
  readonly ordering?: Ordering;
  readonly limit: number;
  readonly offset: number;
  readonly count: boolean;
  readonly local: boolean;
  readonly join?: Join;
  /** At least 1; used only with `join`. */
  readonly joinLevel: number;
  /** Entities that must not be linked again. */
  readonly containedBy?: readonly string[];
  /** A query over context source registrations. */
  readonly csf?: QNode;
  readonly splitEntities?: boolean;
}

/** The part of a query that selects the entities of a page. Projection and representation are applied later. */
export type StoredQuery = Pick<
  EntityQuery,
  'selectors' | 'attrs' | 'q' | 'geoQ' | 'scopeQ' | 'ordering' | 'limit' | 'offset' | 'count'
>;

/** Whether all types are requested, `type=*`, which makes a query local (5.7.2.4). */
export function requestsAllTypes({ selectors = [] }: EntityFilter): boolean {
  return selectors.some(({ types }) => types?.kind === 'all');
}

/**
 * The too-wide rule (5.7.2.4): a query names a type, an attribute in `attrs` or `q`, a geometry, or is local.
 *
 * @throws NgsiLdError BadRequestData
 */
export function checkNotTooWide(query: EntityFilter & { readonly local?: boolean }): void {
  const { selectors = [], attrs = [], q, geoQ, local = false } = query;
  const typed = selectors.length > 0 && selectors.every(({ types }) => types !== undefined);
  if (typed || attrs.length > 0 || (q && namesAttribute(q)) || geoQ || local) return;
  const named = selectors.length > 0 && selectors.every(({ ids, idPattern }) => ids !== undefined || idPattern);
  if (named && tolerates('queryByIds', 'The query has only ids, which the standard regards as too wide (5.7.2)'))
    return;
  throw new NgsiLdError(
    'BadRequestData',
    'The query is too wide: expected at least one of type, attrs, q with an attribute, georel with geometry and coordinates, or local=true',
  );
}

/**
 * Links in `q` and braces in `pick` and `omit` may only reach as far as `join` and `joinLevel` (4.9, 4.21).
 *
 * @throws NgsiLdError BadRequestData
 */
export function checkLinkDepth(query: Pick<EntityQuery, 'q' | 'projection' | 'join' | 'joinLevel'>): void {
  const reach = query.join === undefined ? 0 : query.joinLevel;
  checkReach('q', query.q ? linkDepth(query.q) : 0, reach);
  checkReach('pick', linkDepthOfProjection(query.projection?.pick), reach);
  checkReach('omit', linkDepthOfProjection(query.projection?.omit), reach);
}

function checkReach(parameter: string, depth: number, reach: number): void {
  if (depth <= reach) return;
  throw new NgsiLdError(
    'BadRequestData',
    `${parameter}: got braces ${depth} deep, expected at most ${reach}, the depth given by join and joinLevel`,
  );
}
