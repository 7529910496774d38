import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../database/database.ts';
import type { Federation } from '../../federation/calls/federation.ts';
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
  partiesElsewhere,
  queryTemporalDistributed,
  retrieveTemporalDistributed,
  unfiltered,
} from '../../federation/read/distributed-temporal.ts';
import { HERE, type MappedSources, mappedSources } from '../../federation/read/mapped-sources.ts';
import { aggregateTemporal } from '../../history/aggregate/aggregate-temporal.ts';
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
import { isMapped, liveMap, mapPath, tellNewMap } from '../answers/entity-map.ts';
import { originOf, warned } from '../requests/distribution.ts';
import { filterTexts } from '../requests/filter-texts.ts';
import type { Parameters } from '../requests/parameters.ts';
import { checkTemporalQuery, type EvolutionQuery, isDescending, selectionOf } from '../requests/temporal-query.ts';

/** What reading evolutions works with. */
export interface TemporalReads {
  readonly db: Database;
  readonly federation: Federation;
  /** Of one entity in one answer; more are cut off (6.3.10). */
  readonly mostInstances: number;
}

/** Evolutions with, where that is asked for, their aggregates in place of instances. */
export interface ReadEvolutions extends TemporalPage {
  readonly aggregates?: ReadonlyMap<string, Aggregates>;
}

const READS = ['retrieveTemporal', 'queryTemporal'] as const;

/** Retrieve the Temporal Evolution of an Entity (5.7.3), of sources too. @throws NgsiLdError ResourceNotFound */
export async function readEvolutionOf(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: TemporalReads,
  id: string,
  evolution: EvolutionQuery,
): Promise<ReadEvolutions> {
  const { db, federation, mostInstances } = parts;
  const { tenant, parameters } = request.ngsiLd;
  const origin = originOf(request, federation, READS);
  const isByMap = isMapped(request, parameters);
  const map = isByMap ? await liveMap(request, reply, db) : undefined;
  const { temporalQ, asked, aggregation } = evolution;
  if (origin !== undefined) {
    const read = distributed(parts, origin, evolution, map && mappedSources(map, [id]));
    const found = await warned(reply, federation, origin, retrieveTemporalDistributed(read, id));
    if (isByMap && map === undefined) await tellNewMap(request, reply, db, [[id, found.parties.get(id) ?? []]]);
    return aggregated(found, evolution);
  }
  const read = async (): Promise<ReadEvolutions> => {
    if (aggregation === undefined) return retrieveTemporal(db, tenant, id, asked, temporalQ, mostInstances);
    const [known, aggregates] = await Promise.all([
      existingEvolution(db, tenant, id),
      aggregateTemporal(db, tenant, [id], { ...asked, temporalQ }, aggregation),
    ]);
    if (!aggregates.has(id)) throw nothingOf(id);
    return { entities: [{ ...known, attributes: {} }], hasNext: false, aggregates };
  };
  const found = await read();
  if (isByMap && map === undefined) await tellNewMap(request, reply, db, [[id, [HERE]]]);
  return found;
}

/**
 * Query the Temporal Evolution of Entities (5.7.4), of sources too.
 *
 * @throws NgsiLdError BadRequestData: the query is too wide, or asks for an order of what lies apart; TooManyResults
 */
export async function readEvolutions(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: TemporalReads,
  asked: EntityQuery,
  evolution: EvolutionQuery,
  parameters: Parameters,
): Promise<ReadEvolutions> {
  checkTemporalQuery(asked, evolution);
  const { db, federation, mostInstances } = parts;
  const { tenant } = request.ngsiLd;
  const origin = originOf(request, federation, READS, asked.local);
  const told = <Result>(work: Promise<Result>) =>
    origin === undefined ? work : warned(reply, federation, origin, work);
  const map = isMapped(request, parameters)
    ? await told(mapOf(request, reply, parts, asked, evolution, parameters, origin))
    : undefined;
  const ids = map && Object.keys(map.entities);
  const selectors = ids === undefined ? asked.selectors : selectorsAmong(asked.selectors, ids);
  if (ids !== undefined && selectors?.length === 0)
    return { entities: [], hasNext: false, ...(asked.count && { count: 0 }) };
  const query = { ...asked, ...(selectors && { selectors }) };
  const selection = selectionOf(query, evolution);
  const instances = { ...evolution.asked, ...(query.scopeQ && { scopeQ: query.scopeQ }) };
  if (origin !== undefined) {
    const read = distributed(parts, origin, { ...evolution, asked: instances }, map && mappedSources(map, ids ?? []));
    const found = await told(queryTemporalDistributed(read, selection, query, filterTexts(parameters)));
    return aggregated(found, evolution);
  }
  const page = { ...query, descending: isDescending(query) };
  if (evolution.aggregation === undefined) {
    return queryTemporal(db, tenant, selection, instances, page, mostInstances);
  }
  const found = await knownPage(db, tenant, selection, page);
  const aggregates = await aggregateTemporal(
    db,
    tenant,
    found.entities.map(({ id }) => id),
    { ...instances, temporalQ: evolution.temporalQ },
    evolution.aggregation,
  );
  return { ...found, entities: found.entities.map((entity) => ({ ...entity, attributes: {} })), aggregates };
}

/** The map that a query refers to, or a new one where there is none: 201 tells of that (5.7.4.4). */
async function mapOf(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: TemporalReads,
  query: EntityQuery,
  evolution: EvolutionQuery,
  parameters: Parameters,
  origin: Origin | undefined,
): Promise<EntityMap> {
  const expiresAt = expiryAfter(parameters.entityMapLifetime, new Date());
  const live = await liveMap(request, reply, parts.db);
  if (live !== undefined) return live;
  const map = await newTemporalMap(request.ngsiLd.tenant, parts, query, evolution, parameters, origin, expiresAt);
  reply.code(201).raw.setHeader('NGSILD-EntityMap', mapPath(map));
  return map;
}

/** Create EntityMap for Query Temporal Evolution of Entities (5.14.5), of sources too. */
export async function newTemporalMap(
  tenant: string,
  parts: TemporalReads,
  query: EntityQuery,
  evolution: EvolutionQuery,
  parameters: Parameters,
  origin: Origin | undefined,
  expiresAt: Date,
): Promise<EntityMap> {
  const selection = selectionOf(query, evolution);
  if (origin === undefined) return createTemporalMap(parts.db, tenant, selection, expiresAt);
  const read = distributed(parts, origin, evolution);
  const elsewhere = await partiesElsewhere(read, selection, query, filterTexts(parameters));
  const here = query.splitEntities ? unfiltered(selection) : selection;
  return createTemporalMap(parts.db, tenant, here, expiresAt, elsewhere);
}

function distributed(
  { db, federation, mostInstances }: TemporalReads,
  origin: Origin,
  { asked, temporalQ, aggregation }: EvolutionQuery,
  only?: MappedSources,
): DistributedEvolutions {
  const read = { db, federation, origin, asked, mostInstances, only };
  if (aggregation === undefined) return { ...read, temporalQ };
  // Part after part can be asked for by one time alone; periods begin with the first of all instances, not of the last.
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
