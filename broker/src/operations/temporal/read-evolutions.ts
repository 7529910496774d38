import type { Caller } from '../../access/caller.ts';
import type { Origin } from '../../federation/calls/origin.ts';
import {
  createTemporalMap,
  type EntityMap,
  expiryAfter,
  selectorsAmong,
} from '../../federation/entity-maps/entity-maps.ts';
import { aggregateEvolutions } from '../../federation/read/aggregate-evolutions.ts';
import {
  type DistributedEvolutions,
  queryTemporalDistributed,
  retrieveTemporalDistributed,
  sourcesOfEntities,
  unfiltered,
} from '../../federation/read/distributed-temporal.ts';
import { LOCAL, type MappedSources, mappedSources } from '../../federation/read/mapped-sources.ts';
import type { FilterTexts } from '../../federation/read/read-calls.ts';
import { aggregateTemporal } from '../../history/aggregate/aggregate-temporal.ts';
import { type EntityWithSamples, queryPlainSamples } from '../../history/query/plain-samples.ts';
import {
  existingEvolution,
  knownPage,
  nothingOf,
  queryTemporal,
  retrieveTemporal,
  type TemporalPage,
} from '../../history/query/query-temporal.ts';
import type { Aggregates } from '../../model/temporal/temporal-aggregate.ts';
import type { TemporalEntity } from '../../model/temporal/temporal-entity.ts';
import type { EntityQuery } from '../../query/entity-query.ts';
import { type EntityMapRequest, liveMap, type UsedMap, usedMap } from '../entity-map.ts';
import { type OperationRequest, originOf, type ReadParts, withWarnings } from '../operation-request.ts';
import { checkTemporalQuery, type EvolutionQuery, isDescending, selectionOf } from './evolution-query.ts';

/** Dependencies of operations that read evolutions. */
export interface EvolutionParts extends ReadParts {
  /** The most instances of one entity in an answer; more are cut off (6.3.10). */
  readonly mostInstances: number;
  /** The same if `lastN` asks for more of named attributes; absent: `mostInstances`. */
  readonly mostOfLast?: number;
}

/** Evolutions, with aggregates in place of instances if requested. */
export interface ReadEvolutions extends TemporalPage {
  readonly aggregates?: ReadonlyMap<string, Aggregates>;
  readonly map?: UsedMap | undefined;
}

/** A request for evolutions. */
interface EvolutionsRequest {
  readonly query: EntityQuery;
  readonly evolution: EvolutionQuery;
  /** The filters as written by the client. */
  readonly texts: FilterTexts;
  readonly map?: EntityMapRequest | undefined;
}

/** The most entities of a page that each have `mostOfLast` instances. */
const FULL_ENTITIES = 32;

const READS = ['retrieveTemporal', 'queryTemporal'] as const;

/** Retrieve the Temporal Evolution of an Entity (5.7.3). @throws NgsiLdError ResourceNotFound */
export async function retrieveEvolution(
  parts: EvolutionParts,
  request: OperationRequest,
  id: string,
  evolution: EvolutionQuery,
  askedMap?: EntityMapRequest,
): Promise<ReadEvolutions> {
  const { db } = parts;
  const { caller } = request;
  const origin = originOf(parts, request, READS);
  const live = await liveMap(parts, request, askedMap);
  const { temporalQ, asked, aggregation } = evolution;
  const mostInstances = mostOf(parts, evolution);
  if (origin !== undefined) {
    const read = distributed({ ...parts, mostInstances }, origin, evolution, live && mappedSources(live, [id]));
    const found = await withWarnings(parts, request, origin, retrieveTemporalDistributed(read, id));
    const map = await usedMap(parts, request, askedMap, live, [[id, found.parties.get(id) ?? []]]);
    return { ...aggregated(found, evolution), map };
  }
  const read = async (): Promise<ReadEvolutions> => {
    if (aggregation === undefined) return retrieveTemporal(db, caller, id, asked, temporalQ, mostInstances);
    const [known, aggregates] = await Promise.all([
      existingEvolution(db, caller, id),
      aggregateTemporal(db, caller, [id], { ...asked, temporalQ }, aggregation),
    ]);
    if (!aggregates.has(id)) throw nothingOf(id);
    return { entities: [{ ...known, attributes: {} }], hasNext: false, aggregates };
  };
  const found = await read();
  return { ...found, map: await usedMap(parts, request, askedMap, live, [[id, [LOCAL]]]) };
}

/**
 * Query the Temporal Evolution of Entities (5.7.4).
 *
 * @throws NgsiLdError BadRequestData: the query is too wide, or requests an order of distributed data; TooManyResults
 */
export async function queryEvolutions(
  given: EvolutionParts,
  request: OperationRequest,
  asked: EvolutionsRequest,
): Promise<ReadEvolutions> {
  const parts = { ...given, mostInstances: mostOf(given, asked.evolution, asked.query.limit) };
  const { evolution } = asked;
  checkTemporalQuery(asked.query, evolution);
  const origin = originOf(parts, request, READS);
  const work = async (): Promise<ReadEvolutions> => {
    const map = asked.map && (await mapOf(parts, request, asked, asked.map, origin));
    const ids = map && Object.keys(map.map.entities);
    const selectors = ids === undefined ? asked.query.selectors : selectorsAmong(asked.query.selectors, ids);
    if (ids !== undefined && selectors?.length === 0)
      return { entities: [], hasNext: false, map, ...(asked.query.count && { count: 0 }) };
    const query = { ...asked.query, ...(selectors && { selectors }) };
    if (origin === undefined) return { ...(await queryHere(parts, request.caller, query, evolution)), map };
    const instances = { ...evolution.asked, ...(query.scopeQ && { scopeQ: query.scopeQ }) };
    const only = map && mappedSources(map.map, ids ?? []);
    const read = distributed(parts, origin, { ...evolution, asked: instances }, only);
    const found = await queryTemporalDistributed(read, selectionOf(query, evolution), query, asked.texts);
    return { ...aggregated(found, evolution), map };
  };
  return withWarnings(parts, request, origin, work());
}

/**
 * Reads only the values of entities, if nothing else is requested and no sources are concerned: faster than reading
 * evolutions. Undefined: the evolutions are needed.
 */
export async function querySamples(
  parts: EvolutionParts,
  request: OperationRequest,
  { query, evolution }: Pick<EvolutionsRequest, 'query' | 'evolution'>,
): Promise<EntityWithSamples[] | undefined> {
  const { temporalQ, asked, aggregation } = evolution;
  const isPlain = aggregation === undefined && temporalQ.lastN === undefined && asked.omitted === undefined;
  if (!isPlain || query.scopeQ !== undefined || originOf(parts, request, READS) !== undefined) return undefined;
  checkTemporalQuery(query, evolution);
  const page = { ...query, descending: isDescending(query) };
  return queryPlainSamples(parts.db, request.caller, selectionOf(query, evolution), asked, page);
}

/**
 * The most instances of an entity in an answer: those of a page, or more if `lastN` asks for more of named attributes. Of
 * unnamed ones some would be cut off anyway. Pages of many entities then have fewer of each, so that the answer does not
 * grow with both.
 */
function mostOf(
  { mostInstances, mostOfLast = mostInstances }: EvolutionParts,
  { temporalQ, asked }: EvolutionQuery,
  entities = 1,
): number {
  if (asked.attributes === undefined || (temporalQ.lastN ?? 0) <= mostInstances) return mostInstances;
  return Math.max(mostInstances, Math.floor((mostOfLast * FULL_ENTITIES) / Math.max(entities, FULL_ENTITIES)));
}

async function queryHere(
  { db, mostInstances }: EvolutionParts,
  caller: Caller,
  query: EntityQuery,
  evolution: EvolutionQuery,
): Promise<ReadEvolutions> {
  const selection = selectionOf(query, evolution);
  const instances = { ...evolution.asked, ...(query.scopeQ && { scopeQ: query.scopeQ }) };
  const page = { ...query, descending: isDescending(query) };
  if (evolution.aggregation === undefined) {
    return queryTemporal(db, caller, selection, instances, page, mostInstances);
  }
  const found = await knownPage(db, caller, selection, page);
  const aggregates = await aggregateTemporal(
    db,
    caller,
    found.entities.map(({ id }) => id),
    { ...instances, temporalQ: evolution.temporalQ },
    evolution.aggregation,
  );
  return { ...found, entities: found.entities.map((entity) => ({ ...entity, attributes: {} })), aggregates };
}

/** The map that a query refers to, or a new one (5.7.4.4). */
async function mapOf(
  parts: EvolutionParts,
  request: OperationRequest,
  asked: EvolutionsRequest,
  { reference, lifetime }: EntityMapRequest,
  origin: Origin | undefined,
): Promise<UsedMap> {
  const expiresAt = expiryAfter(lifetime, new Date());
  const live = await liveMap(parts, request, { ...(reference !== undefined && { reference }) });
  if (live !== undefined) return { map: live, isNew: false };
  return { map: await newMap(parts, request.caller, asked, origin, expiresAt), isNew: true };
}

/**
 * Create EntityMap for Query Temporal Evolution of Entities (5.14.5).
 *
 * @param lifetime an ISO 8601 duration
 *
 * @throws NgsiLdError BadRequestData: the query is too wide; TooManyResults
 */
export async function mapEvolutions(
  parts: EvolutionParts,
  request: OperationRequest,
  asked: EvolutionsRequest,
  lifetime: string | undefined,
): Promise<EntityMap> {
  checkTemporalQuery(asked.query, asked.evolution);
  const expiresAt = expiryAfter(lifetime, new Date());
  const origin = originOf(parts, request, READS);
  return withWarnings(parts, request, origin, newMap(parts, request.caller, asked, origin, expiresAt));
}

async function newMap(
  parts: EvolutionParts,
  caller: Caller,
  { query, evolution, texts }: EvolutionsRequest,
  origin: Origin | undefined,
  expiresAt: Date,
): Promise<EntityMap> {
  const selection = selectionOf(query, evolution);
  if (origin === undefined) return createTemporalMap(parts.db, caller, selection, expiresAt);
  const read = distributed(parts, origin, evolution);
  const elsewhere = await sourcesOfEntities(read, selection, query, texts);
  const localSelection = query.splitEntities ? unfiltered(selection) : selection;
  return createTemporalMap(parts.db, caller, localSelection, expiresAt, elsewhere);
}

function distributed(
  { db, federation, mostInstances }: EvolutionParts,
  origin: Origin,
  { asked, temporalQ, aggregation }: EvolutionQuery,
  only?: MappedSources,
): DistributedEvolutions {
  const read = { db, federation, origin, asked, mostInstances, only };
  if (aggregation === undefined) return { ...read, temporalQ };
  // Without `lastN`, because partial answers can only be requested in ascending time, and periods begin with the first
  // of all instances.
  const { lastN: _lastN, ...all } = temporalQ;
  return { ...read, isWhole: true, temporalQ: { timeproperty: 'observedAt', ...all } };
}

function aggregated(
  found: Awaited<ReturnType<typeof retrieveTemporalDistributed>>,
  { temporalQ, asked, aggregation }: EvolutionQuery,
): ReadEvolutions {
  if (aggregation === undefined) return found;
  const aggregates = aggregateEvolutions(found.entities, { temporalQ, attributes: asked.attributes }, aggregation);
  const entities = found.entities.map((entity): TemporalEntity => ({ ...entity, attributes: {} }));
  const { range: _range, ...page } = found;
  return { ...page, entities, aggregates };
}
