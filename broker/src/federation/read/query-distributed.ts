import type { Caller } from '../../access/caller.ts';
import type { Database } from '../../database/database.ts';
import { linkedEntities } from '../../entities/linked-entities.ts';
import { type EntityPage, queryEntities } from '../../entities/query-entities.ts';
import { queryEntities as stored } from '../../entities/read/entity-queries.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { withoutExpired } from '../../model/expiry.ts';
import type { EntityFilter, EntityQuery, EntitySelector } from '../../query/entity-query.ts';
import { matchesEntity } from '../../query/match-entity.ts';
import { byText } from '../../query/order/id-order.ts';
import { attributesOf, linkDepth } from '../../query/q/q-tree.ts';
import { type Federation, supported } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { controlValue } from '../calls/source-headers.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import { attributesOf as attributesOfSource } from '../registrations/narrow-query.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import { mayHoldAny } from '../registrations/registered-place.ts';
import { GatheredEntities } from './gather-entities.ts';
import { linkedDistributed } from './linked-distributed.ts';
import type { MappedSources } from './mapped-sources.ts';
import { holdWholeEntities } from './proxied.ts';
import { queryInOrder } from './query-in-order.ts';
import type { FilterTexts } from './read-calls.ts';
import { queryFromSources, type SourceQuery } from './read-sources.ts';

/** The most local entities read if matching needs complete entities. */
const MAX_CANDIDATES = 10_000;

/**
 * Query Entities (5.7.2) over local data and sources: a page of the merged entities in id order.
 *
 * @param texts the filters as written by the client
 *
 * @param only the sources to ask; absent: all that the query concerns
 *
 * @throws NgsiLdError BadRequestData: an order is requested; TooManyResults
 */
export async function queryDistributed(
  db: Database,
  federation: Federation,
  origin: Origin,
  query: EntityQuery,
  texts: FilterTexts,
  only?: MappedSources,
): Promise<EntityPage> {
  const isSplit = query.splitEntities === true || (query.q !== undefined && linkDepth(query.q) > 0);
  const matches = queryableMatches(federation, origin, query, isSplit).filter(
    ({ registration }) => only?.sources.has(registration.id) ?? true,
  );
  if (matches.length === 0) return queryEntities(db, origin.caller, query);
  checkUnordered(query);
  const asked = askedOf(query, texts, isSplit, only);
  if (!isSplit && !query.count) return queryInOrder(db, federation, origin, query, matches, asked);
  if (isSplit || holdWholeEntities(matches)) {
    const all = await allOf(db, federation, origin, query, matches, asked, isSplit);
    const page = all.slice(query.offset, query.offset + query.limit);
    return pageOf(page, query, all.length, query.offset + query.limit < all.length);
  }
  const found = (texts: FilterTexts) => queryFromSources(federation, origin, matches, { ...asked, texts });
  if (!mayCountByIds(federation, matches, asked)) {
    return countedPage(db, origin.caller, query, new GatheredEntities(await found(asked.texts)));
  }
  const [page, counted] = await Promise.all([
    query.limit > 0 && queryInOrder(db, federation, origin, { ...query, count: false }, matches, asked),
    found({ ...asked.texts, pick: 'id,type' }).then((ids) =>
      countedPage(db, origin.caller, { ...query, limit: 0 }, new GatheredEntities(ids)),
    ),
  ]);
  return { ...counted, ...page };
}

/**
 * Whether counting can ask sources for ids only. They must be Alzette brokers, and the query must not select
 * attributes, because a projection can't be combined with that.
 */
function mayCountByIds(federation: Federation, matches: readonly RegistrationMatch[], { attributes }: SourceQuery) {
  return (
    attributes === undefined &&
    matches.every(
      (match) =>
        federation.keepsOrder(match.registration) &&
        attributesOfSource(match) === undefined &&
        supported(match.registration, ['queryEntity']) !== undefined &&
        controlValue(match.registration, 'jsonldContext') === undefined,
    )
  );
}

function askedOf(
  query: EntityQuery,
  texts: FilterTexts,
  isSplit: boolean,
  only: MappedSources | undefined,
): SourceQuery {
  const { selectors, attrs } = query;
  return {
    ...(selectors && { selectors }),
    ...(attrs && !isSplit && { attributes: new Set(attrs) }),
    texts: isSplit ? withoutFilters(texts) : texts,
    filter: isSplit ? { ...(selectors && { selectors }) } : query,
    ...(only && { linkedMaps: only.linkedMaps }),
  };
}

/** The sources that a query concerns and that support queries. */
export function queryableMatches(
  federation: Federation,
  origin: Origin,
  query: SourceFilter,
  isSplit: boolean,
): RegistrationMatch[] {
  const { q: _q, attrs: _attrs, geoQ: _geoQ, ...withoutParts } = query;
  return sourcesOfQuery(federation, origin, isSplit ? withoutParts : query).filter(
    ({ registration }) => supported(registration, ['queryEntity', 'queryBatch']) !== undefined,
  );
}

/** The filters that decide which sources a request concerns. */
type SourceFilter = Pick<EntityQuery, 'selectors' | 'attrs' | 'q' | 'geoQ' | 'csf' | 'datasetIds'>;

/** The sources that may have entities that match the filters, registered for the operation if one is given (5.12). */
export function sourcesOfQuery(
  federation: Federation,
  origin: Origin,
  query: SourceFilter,
  operation?: OperationName,
): RegistrationMatch[] {
  const { selectors, csf, datasetIds, geoQ } = query;
  const attributes = namedAttributes(query);
  const found = federation.search(origin, {
    ...(selectors && { selectors }),
    ...(attributes && { attributes }),
    ...(csf && { csf }),
    ...(datasetIds && { datasetIds }),
    ...(operation && { operation }),
  });
  return geoQ === undefined ? found : found.filter(({ registration }) => mayHoldAny(registration, geoQ));
}

/** The attributes named by the filters. A source without any of them can't contribute. */
function namedAttributes({ attrs, q, geoQ }: EntityFilter): ReadonlySet<string> | undefined {
  if (attrs === undefined && q === undefined && geoQ === undefined) return undefined;
  const names = new Set(attrs);
  if (q !== undefined) attributesOf(q, names);
  if (geoQ !== undefined) names.add(geoQ.geoproperty);
  return names;
}

/** 5.7.2.4: distributed results can't be ordered. */
function checkUnordered({ ordering }: EntityQuery): void {
  if (ordering === undefined) return;
  throw new NgsiLdError('BadRequestData', 'orderBy: not supported with context sources, expected local=true with it');
}

/** Reads all matches in id order, for queries that can only be decided with all parts of an entity. */
async function allOf(
  db: Database,
  federation: Federation,
  origin: Origin,
  query: EntityQuery,
  matches: readonly RegistrationMatch[],
  asked: SourceQuery,
  isSplit: boolean,
): Promise<Entity[]> {
  const { selectors } = query;
  const [own, contributions] = await Promise.all([
    candidates(db, origin.caller, isSplit ? { ...(selectors && { selectors }) } : query),
    queryFromSources(federation, origin, matches, asked),
  ]);
  const entities = joined(new GatheredEntities(contributions), own, new Date().toISOString());
  return isSplit ? matching(db, federation, origin, query, entities) : entities;
}

/** Removes filters that can only be applied to merged entities (5.7.2.4). */
function withoutFilters({ csf }: FilterTexts): FilterTexts {
  return { csf, splitEntities: 'true' };
}

async function candidates(db: Database, caller: Caller, filter: EntityFilter): Promise<Entity[]> {
  const { selectors, attrs, q, geoQ, scopeQ } = filter;
  const { entities } = await stored(db, caller, {
    ...(selectors && { selectors }),
    ...(attrs && { attrs }),
    ...(q && { q }),
    ...(geoQ && { geoQ }),
    ...(scopeQ && { scopeQ }),
    limit: MAX_CANDIDATES + 1,
    offset: 0,
    count: false,
  });
  if (entities.length <= MAX_CANDIDATES) return entities;
  throw new NgsiLdError(
    'TooManyResults',
    `More than ${MAX_CANDIDATES} entities may be joined with those of sources, expected a narrower type, id or idPattern`,
  );
}

function joined(gathered: GatheredEntities, own: readonly Entity[], at: string): Entity[] {
  const byId = new Map(own.map((entity) => [entity.id, entity]));
  const ids = new Set([...byId.keys(), ...gathered.ids]);
  return [...ids].sort(byText).flatMap((id) => gathered.join(id, byId.get(id), at) ?? []);
}

async function matching(
  db: Database,
  federation: Federation,
  origin: Origin,
  query: EntityQuery,
  entities: readonly Entity[],
): Promise<Entity[]> {
  const depth = query.q === undefined ? 0 : linkDepth(query.q);
  if (depth === 0) return entities.filter((entity) => matchesEntity(query, entity));
  const known = new Map(entities.map((entity) => [entity.id, entity]));
  const fetch = linkedDistributed(db, federation, origin);
  for (const { entity } of await linkedEntities(db, origin.caller, entities, { joinLevel: depth }, fetch)) {
    known.set(entity.id, entity);
  }
  return entities.filter((entity) => matchesEntity(query, entity, { linked: (id) => known.get(id) }));
}

/** A page with the total count, reading local data only as far as the page reaches. */
async function countedPage(
  db: Database,
  caller: Caller,
  query: EntityQuery,
  gathered: GatheredEntities,
): Promise<EntityPage> {
  const at = new Date().toISOString();
  const reach = query.limit === 0 ? 0 : query.offset + query.limit + 1;
  const { entities, count = 0 } = await stored(db, caller, { ...query, offset: 0, limit: reach });
  const own = entities.map((entity) => withoutExpired(entity, at));
  const all = joined(gathered, own, at);
  const page = all.slice(query.offset, query.offset + query.limit);
  const hasNext = all.length > query.offset + query.limit && query.limit > 0;
  const others = [...gathered.ids];
  const both = await countAmong(db, caller, query, others);
  return pageOf(page, query, count + others.length - both, hasNext);
}

/** How many of these entities match locally. */
async function countAmong(db: Database, caller: Caller, query: EntityQuery, ids: readonly string[]): Promise<number> {
  const among = (query.selectors ?? [{}]).map(({ types, ids: asked, idPattern }): EntitySelector => {
    const left = ids.filter((id) => asked?.includes(id) ?? idPattern?.test(id) ?? true);
    return { ...(types && { types }), ids: left };
  });
  const selectors = among.filter((selector) => selector.ids?.length);
  if (selectors.length === 0) return 0;
  const { count } = await stored(db, caller, { ...query, selectors, offset: 0, limit: 0, count: true });
  return count ?? 0;
}

function pageOf(entities: readonly Entity[], { count }: EntityQuery, total: number, hasNext: boolean): EntityPage {
  return { entities, hasNext, ...(count && { count: total }) };
}
