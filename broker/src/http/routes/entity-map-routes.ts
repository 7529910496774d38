import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  boundedExpiry,
  createEntityMap,
  deleteEntityMap,
  type EntityMap,
  expiryAfter,
  referredMap,
  setEntityMapExpiry,
} from '../../federation/entity-maps/entity-maps.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { badMember, checkDateTime, checkUri, type JsonObject } from '../../model/values.ts';
import { checkLinkDepth, checkNotTooWide, type EntityQuery } from '../../query/entity-query.ts';
import { sendDocument } from '../answers/answer.ts';
import { mapPath, mappedQuery } from '../answers/entity-map.ts';
import type { QueryParts } from '../answers/query-parts.ts';
import { originOf, warned } from '../requests/distribution.ts';
import { QUERY_PARAMETERS, readEntityQuery } from '../requests/entity-query.ts';
import { JSON_TYPES } from '../requests/negotiation.ts';
import type { Parameters } from '../requests/parameters.ts';
import { readBodyQuery } from '../requests/query-body.ts';
import { parameters, resource } from '../requests/resource.ts';
import {
  checkTemporalQuery,
  readEvolution,
  TEMPORAL_QUERY_PARAMETERS,
  temporalParameters,
} from '../requests/temporal-query.ts';
import { newTemporalMap, type TemporalReads } from './temporal-read.ts';

/** `/entityMaps` (6.34) and `/entityMaps/{entityMapId}` (6.32). */
export function entityMapRoutes(app: FastifyInstance, parts: TemporalReads): void {
  const { db } = parts;
  resource(app, '/entityMaps', {
    // 6.34.3.1 Create EntityMap for Query Entities
    GET: {
      parameters: QUERY_PARAMETERS,
      answers: JSON_TYPES,
      async handle(request, reply) {
        const { parameters, context } = request.ngsiLd;
        return answerWithMap(request, reply, parts, readEntityQuery(parameters, context), parameters);
      },
    },
    // 6.34.3.2 Create EntityMap for Query Entities by a Query in the body
    POST: {
      parameters: QUERY_PARAMETERS,
      answers: JSON_TYPES,
      body: 'object',
      async handle(request, reply) {
        const { parameters: url, context } = request.ngsiLd;
        const { query, parameters } = readBodyQuery(request.body as JsonObject, url, context);
        return answerWithMap(request, reply, parts, query, parameters);
      },
    },
  });

  resource(app, '/temporal/entityMaps', {
    // 6.35.3.1 Create EntityMap for Query Temporal Evolution of Entities
    GET: {
      parameters: TEMPORAL_QUERY_PARAMETERS,
      answers: JSON_TYPES,
      async handle(request, reply) {
        const { parameters, context } = request.ngsiLd;
        return answerWithTemporalMap(request, reply, parts, readEntityQuery(parameters, context), parameters);
      },
    },
    // 6.35.3.2 Create EntityMap for Query Temporal Evolution of Entities by a Query in the body
    POST: {
      parameters: TEMPORAL_QUERY_PARAMETERS,
      answers: JSON_TYPES,
      body: 'object',
      async handle(request, reply) {
        const { parameters: url, context } = request.ngsiLd;
        const { body, parameters: all } = temporalParameters(request.body as JsonObject, url);
        const { query, parameters } = readBodyQuery(body, all, context);
        return answerWithTemporalMap(request, reply, parts, query, parameters);
      },
    },
  });

  resource(app, '/entityMaps/:id', {
    // 6.32.3.1 Retrieve EntityMap
    GET: {
      parameters: parameters(),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const id = idOf(request);
        const map = await referredMap(db, request.ngsiLd.tenant, id);
        if (map === undefined) throw unknown(id);
        return sendDocument(request, reply, documentOf(map));
      },
    },
    // 6.32.3.2 Update EntityMap: a time that has passed ends it
    PATCH: {
      parameters: parameters(),
      body: 'object',
      async handle(request, reply) {
        const id = idOf(request);
        const { expiresAt } = request.body as JsonObject; // checked before the handler
        if (expiresAt === undefined) throw badMember('expiresAt', undefined, 'a DateTime: it alone can be changed');
        const [now, asked] = [new Date(), new Date(checkDateTime(expiresAt, 'expiresAt'))];
        if (!(await setEntityMapExpiry(db, request.ngsiLd.tenant, id, boundedExpiry(asked, now)))) throw unknown(id);
        return reply.code(204).send();
      },
    },
    // 6.32.3.3 Delete EntityMap
    DELETE: {
      parameters: parameters(),
      async handle(request, reply) {
        const id = idOf(request);
        if (!(await deleteEntityMap(db, request.ngsiLd.tenant, id))) throw unknown(id);
        return reply.code(204).send();
      },
    },
  });
}

async function answerWithMap(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: QueryParts,
  query: EntityQuery,
  parameters: Parameters,
): Promise<FastifyReply> {
  checkNotTooWide(query);
  checkLinkDepth(query);
  const expiresAt = expiryAfter(parameters.entityMapLifetime, new Date());
  const origin = originOf(request, parts.federation, ['queryEntity', 'queryBatch'], query.local);
  const made = createEntityMap(mappedQuery(request, parts, query, parameters, origin), expiresAt);
  const map = origin === undefined ? await made : await warned(reply, parts.federation, origin, made);
  reply.raw.setHeader('NGSILD-EntityMap', mapPath(map));
  return sendDocument(request, reply.code(201), documentOf(map));
}

async function answerWithTemporalMap(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: TemporalReads,
  query: EntityQuery,
  parameters: Parameters,
): Promise<FastifyReply> {
  const evolution = readEvolution(parameters, query.projection);
  checkTemporalQuery(query, evolution);
  const expiresAt = expiryAfter(parameters.entityMapLifetime, new Date());
  const { federation } = parts;
  const origin = originOf(request, federation, ['retrieveTemporal', 'queryTemporal'], query.local);
  const made = newTemporalMap(request.ngsiLd.tenant, parts, query, evolution, parameters, origin, expiresAt);
  const map = origin === undefined ? await made : await warned(reply, federation, origin, made);
  reply.raw.setHeader('NGSILD-EntityMap', mapPath(map));
  return sendDocument(request, reply.code(201), documentOf(map));
}

function documentOf({ id, entities, linkedMaps, expiresAt }: EntityMap): Record<string, unknown> {
  const linked = Object.keys(linkedMaps).length > 0 && { linkedMaps };
  return { id, type: 'EntityMap', expiresAt: expiresAt.toISOString(), entityMap: entities, ...linked };
}

function idOf(request: FastifyRequest): string {
  return checkUri((request.params as { id?: string }).id, 'Entity map id in the path');
}

function unknown(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no entity map ${id}, or no longer`);
}
