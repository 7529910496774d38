import type { FastifyReply, FastifyRequest } from 'fastify';
import type { EntityPage } from '../../entities/query-entities.ts';
import type { Origin } from '../../federation/calls/origin.ts';
import {
  createEntityMap,
  type EntityMap,
  expiryAfter,
  keepEntityMap,
  type MappedQuery,
  queryByMap,
  referredMap,
} from '../../federation/entity-maps/entity-maps.ts';
import type { EntityQuery } from '../../query/entity-query.ts';
import { filterTexts } from '../requests/filter-texts.ts';
import { type Parameters, readBoolean } from '../requests/parameters.ts';
import { API } from '../requests/resource.ts';
import type { QueryParts } from './query-parts.ts';

/** A query as one of a sequence. */
export function mappedQuery(
  request: FastifyRequest,
  { db, federation }: QueryParts,
  query: EntityQuery,
  parameters: Parameters,
  origin: Origin | undefined,
): MappedQuery {
  return { db, federation, tenant: request.ngsiLd.tenant, query, origin, texts: filterTexts(parameters) };
}

/** Whether a query asks for an entity map or refers to one (5.5.14). */
export function isMapped(request: FastifyRequest, parameters: Parameters): boolean {
  return request.headers['ngsild-entitymap'] !== undefined || readBoolean(parameters, 'entityMap') === true;
}

/** A page by the map that the request refers to, or by a new one where there is none: 201 tells of that (6.3.21). */
export async function pageByMap(
  request: FastifyRequest,
  reply: FastifyReply,
  asked: MappedQuery,
  parameters: Parameters,
): Promise<EntityPage> {
  const reference = request.headers['ngsild-entitymap'];
  const expiresAt = expiryAfter(parameters.entityMapLifetime, new Date());
  let map = reference === undefined ? undefined : await referredMap(asked.db, asked.tenant, String(reference));
  if (map === undefined) {
    map = await createEntityMap(asked, expiresAt);
    reply.code(201);
    reply.raw.setHeader('NGSILD-EntityMap', mapPath(map));
  } else reply.raw.setHeader('NGSILD-EntityMap', String(reference));
  return queryByMap(asked, map);
}

/**
 * The map that a request refers to; undefined: it refers to none, or to one that is gone. Its reference is echoed (5.7.1.4).
 */
export async function liveMap(
  request: FastifyRequest,
  reply: FastifyReply,
  db: QueryParts['db'],
): Promise<EntityMap | undefined> {
  const reference = request.headers['ngsild-entitymap'];
  if (reference === undefined) return undefined;
  const map = await referredMap(db, request.ngsiLd.tenant, String(reference));
  if (map !== undefined) reply.raw.setHeader('NGSILD-EntityMap', String(reference));
  return map;
}

/** Keeps a map of what was just found, and tells where (5.7.1.4, 5.7.3.4). */
export async function tellNewMap(
  request: FastifyRequest,
  reply: FastifyReply,
  db: QueryParts['db'],
  entities: Iterable<readonly [string, readonly string[]]>,
): Promise<void> {
  const { tenant, parameters } = request.ngsiLd;
  const expiresAt = expiryAfter(parameters.entityMapLifetime, new Date());
  const map = await keepEntityMap(db, tenant, entities, expiresAt);
  reply.raw.setHeader('NGSILD-EntityMap', mapPath(map));
}

/** The URI of a map's resource. */
export function mapPath({ id }: EntityMap): string {
  return `${API}/entityMaps/${encodeURIComponent(id).replaceAll('%3A', ':')}`;
}
