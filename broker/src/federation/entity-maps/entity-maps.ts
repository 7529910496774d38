import { randomUUID } from 'node:crypto';
import { areLimited, type Caller } from '../../access/caller.ts';
import type { Database } from '../../database/database.ts';
import { type EntityPage, queryEntities } from '../../entities/query-entities.ts';
import { queryEntityIds } from '../../entities/read/entity-queries.ts';
import { selectKnown } from '../../history/query/temporal-entities.ts';
import type { TemporalSelection } from '../../history/query/temporal-sql.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { badMember } from '../../model/values.ts';
import type { EntityQuery, EntitySelector } from '../../query/entity-query.ts';
import { byText } from '../../query/order/id-order.ts';
import { linkDepth } from '../../query/q/q-tree.ts';
import { parseDuration, periodStart } from '../../query/temporal/temporal-duration.ts';
import type { Federation } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { LOCAL, mappedSources } from '../read/mapped-sources.ts';
import { queryableMatches, queryDistributed } from '../read/query-distributed.ts';
import type { FilterTexts } from '../read/read-calls.ts';
import {
  deleteEntityMap,
  type EntityMap,
  insertEntityMap,
  removeFromEntityMap,
  selectEntityMap,
  setEntityMapExpiry,
} from './entity-map-store.ts';
import { mapsFromSources } from './source-maps.ts';

export { deleteEntityMap, type EntityMap, setEntityMapExpiry };

const CHUNK = 1000;
/** Larger maps are refused. */
const MAX_ENTRIES = 100_000;
const DEFAULT_LIFETIME_MS = 10 * 60 * 1000;
const LONGEST_LIFETIME_MS = 24 * 60 * 60 * 1000;
/** The minimum number of entities read at once for a page. */
const MIN_CHUNK = 50;

/** What a sequence of queries has in common. */
interface MappedQuery {
  readonly db: Database;
  readonly caller: Caller;
  readonly query: EntityQuery;
  /** The filters as written by the client. */
  readonly texts: FilterTexts;
  readonly federation: Federation;
  /** Absent: no sources take part. */
  readonly origin: Origin | undefined;
}

/** The expiry of a map with this lifetime, an ISO 8601 duration. @throws NgsiLdError BadRequestData */
export function expiryAfter(lifetime: string | undefined, now: Date): Date {
  if (lifetime === undefined) return new Date(now.getTime() + DEFAULT_LIFETIME_MS);
  const end = periodStart(now.getTime(), parseDuration(lifetime, 'entityMapLifetime'), 1);
  if (end <= now.getTime()) throw badMember('entityMapLifetime', lifetime, 'a duration longer than zero');
  return boundedExpiry(new Date(end), now);
}

/** Limits the expiry of a map to one day from now. */
export function boundedExpiry(asked: Date, now: Date): Date {
  return new Date(Math.min(asked.getTime(), now.getTime() + LONGEST_LIFETIME_MS));
}

/**
 * Create EntityMap for Query Entities (5.14.4): records which entities match, and which sources have parts of each.
 *
 * @throws NgsiLdError TooManyResults; BadRequestData: an order is requested
 */
export async function createEntityMap(asked: MappedQuery, expiresAt: Date): Promise<EntityMap> {
  const { db, caller, query } = asked;
  if (query.ordering !== undefined) {
    throw new NgsiLdError(
      'BadRequestData',
      'orderBy: got it with an entity map, which orders by id, expected one of them',
    );
  }
  const entities = new Map<string, string[]>();
  const add = (id: string, party: string) => {
    const parties = entities.get(id);
    if (parties === undefined) entities.set(id, [party]);
    else if (!parties.includes(party)) parties.push(party);
    if (entities.size > MAX_ENTRIES) throw tooMany();
  };
  const filter = isSplit(query) ? { ...(query.selectors && { selectors: query.selectors }) } : query;
  for (let after = ''; ; ) {
    const ids = await queryEntityIds(db, caller, filter, after, CHUNK);
    for (const id of ids) add(id, LOCAL);
    if (ids.length < CHUNK) break;
    after = ids.at(-1) as string; // not empty
  }
  const linkedMaps: Record<string, string> = {};
  for (const { registrationId, ids, mapId } of await ofSources(asked)) {
    for (const id of ids) add(id, registrationId);
    if (mapId !== undefined) linkedMaps[registrationId] = mapId;
  }
  return keepEntityMap(db, caller.tenant, entities, expiresAt, linkedMaps);
}

/**
 * Create EntityMap for Query Temporal Evolution of Entities (5.14.5).
 *
 * @param elsewhere the sources that have parts of entities
 *
 * @throws NgsiLdError TooManyResults
 */
export async function createTemporalMap(
  db: Database,
  caller: Caller,
  selection: TemporalSelection,
  expiresAt: Date,
  elsewhere: ReadonlyMap<string, readonly string[]> = new Map(),
): Promise<EntityMap> {
  const page = { descending: false, limit: MAX_ENTRIES + 1, offset: 0, count: false };
  const localIds = (await selectKnown(db, caller, selection, page)).entities.map(({ id }) => id);
  const ids = new Set(localIds);
  const entities = new Map([...elsewhere].map(([id, parties]) => [id, ids.has(id) ? [LOCAL, ...parties] : parties]));
  for (const id of localIds) if (!entities.has(id)) entities.set(id, [LOCAL]);
  if (entities.size > MAX_ENTRIES) throw tooMany();
  return keepEntityMap(db, caller.tenant, entities, expiresAt);
}

/** @param entities by id: the sources that have parts of it */
export async function keepEntityMap(
  db: Database,
  tenant: string,
  entities: Iterable<readonly [string, readonly string[]]>,
  expiresAt: Date,
  linkedMaps: EntityMap['linkedMaps'] = {},
): Promise<EntityMap> {
  const id = `urn:ngsi-ld:entitymap:${randomUUID()}`;
  const map = { id, entities: Object.fromEntries(entities), linkedMaps, expiresAt };
  await insertEntityMap(db, tenant, map, new Date());
  return map;
}

function tooMany(): NgsiLdError {
  return new NgsiLdError(
    'TooManyResults',
    `The query matches more than ${MAX_ENTRIES} entities, expected a narrower one`,
  );
}

function isSplit({ splitEntities, q }: EntityQuery): boolean {
  return splitEntities === true || (q !== undefined && linkDepth(q) > 0);
}

async function ofSources({ federation, origin, query, texts }: MappedQuery) {
  if (origin === undefined) return [];
  const split = isSplit(query);
  const matches = queryableMatches(federation, origin, query, split);
  const { selectors, attrs } = query;
  return mapsFromSources(federation, origin, matches, {
    ...(selectors && { selectors }),
    ...(attrs && !split && { attributes: new Set(attrs) }),
    texts: split ? { csf: texts.csf, splitEntities: 'true' } : texts,
    filter: split ? {} : query,
  });
}

/** Finds a map by its id or the URI of its resource; undefined: it does not exist or has expired. */
export async function referredMap(db: Database, tenant: string, reference: string): Promise<EntityMap | undefined> {
  return selectEntityMap(db, tenant, decodeURIComponent(reference.slice(reference.lastIndexOf('/') + 1)));
}

/**
 * A page of the entities of a map (5.5.9.3). Entities that no longer match are removed from the map, and the page is
 * filled with the next ones.
 */
export async function queryByMap(asked: MappedQuery, map: EntityMap): Promise<EntityPage> {
  const { query, db, caller, origin } = asked;
  const ids = Object.keys(map.entities).sort(byText);
  const found: EntityPage['entities'][number][] = [];
  const gone: string[] = [];
  const enough = query.offset + query.limit + 1;
  const chunk = Math.max(MIN_CHUNK, enough);
  let passed = 0;
  for (let start = 0; start < ids.length && (query.count || passed < enough); start += chunk) {
    const candidates = ids.slice(start, start + chunk);
    const warnings = origin?.warnings.length ?? 0;
    const entities = await currentMatches(asked, map, candidates);
    for (const entity of entities) {
      if (passed >= query.offset && found.length < query.limit) found.push(entity);
      passed++;
    }
    // A source that failed to answer may still have them.
    if ((origin?.warnings.length ?? 0) > warnings) continue;
    const left = new Set(entities.map(({ id }) => id));
    // Only entities that this query asked for are removed: the map may be part of another broker's map.
    gone.push(...candidates.filter((id) => isAskedFor(query, id) && !left.has(id)));
  }
  // A caller with limited rights can't distinguish deleted from hidden entities, and the map may be another caller's.
  if (gone.length > 0 && !areLimited(caller)) await removeFromEntityMap(db, caller.tenant, map.id, gone);
  const hasNext = passed > query.offset + query.limit;
  return { entities: found, hasNext, ...(query.count && { count: passed }) };
}

function isAskedFor({ selectors = [{}] }: EntityQuery, id: string): boolean {
  return selectors.some(({ ids, idPattern }) => ids?.includes(id) ?? idPattern?.test(id) ?? true);
}

/** The candidates that currently match, by id. */
async function currentMatches(
  asked: MappedQuery,
  map: EntityMap,
  ids: readonly string[],
): Promise<EntityPage['entities']> {
  const { db, caller, federation, origin, texts } = asked;
  const selectors = selectorsAmong(asked.query.selectors, ids);
  if (selectors.length === 0) return [];
  const query = { ...asked.query, selectors, limit: ids.length, offset: 0, count: false };
  const only = mappedSources(map, ids);
  if (origin === undefined || only.sources.size === 0) return (await queryEntities(db, caller, query)).entities;
  return (await queryDistributed(db, federation, origin, query, texts, only)).entities;
}

/** The query's selectors, restricted to these entities; empty: nothing can be found. */
export function selectorsAmong(
  selectors: readonly EntitySelector[] | undefined,
  ids: readonly string[],
): EntitySelector[] {
  return (selectors ?? [{}]).map((selector) => among(selector, ids)).filter(hasAny);
}

function among({ types, ids: asked, idPattern }: EntitySelector, ids: readonly string[]): EntitySelector {
  const left = ids.filter((id) => asked?.includes(id) ?? idPattern?.test(id) ?? true);
  return { ...(types && { types }), ids: left };
}

function hasAny({ ids }: EntitySelector): boolean {
  return ids !== undefined && ids.length > 0;
}
