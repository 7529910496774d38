import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  boundedExpiry,
  deleteEntityMap,
  type EntityMap,
  referredMap,
  setEntityMapExpiry,
} from '../../federation/entity-maps/entity-maps.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { badMember, checkDateTime, checkUri, type JsonObject } from '../../model/values.ts';
import { mapEntities } from '../../operations/entities/query-entities.ts';
import type { ReadParts } from '../../operations/operation-request.ts';
import { type EvolutionParts, mapEvolutions } from '../../operations/temporal/read-evolutions.ts';
import type { EntityQuery } from '../../query/entity-query.ts';
import { sendDocument } from '../answers/answer.ts';
import { mapPath } from '../answers/entity-map.ts';
import { QUERY_PARAMETERS, readEntityQuery } from '../requests/entity-query.ts';
import { filterTexts } from '../requests/filter-texts.ts';
import { JSON_TYPES } from '../requests/negotiation.ts';
import { operationRequest } from '../requests/operation-request.ts';
import type { Parameters } from '../requests/parameters.ts';
import { readBodyQuery } from '../requests/query-body.ts';
import { parameters, resource } from '../requests/resource.ts';
import { readEvolution, TEMPORAL_QUERY_PARAMETERS, temporalParameters } from '../requests/temporal-query.ts';

/** `/entityMaps` (6.34) and `/entityMaps/{entityMapId}` (6.32). */
export function entityMapRoutes(app: FastifyInstance, parts: EvolutionParts): void {
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

  entityMapRoute(app, parts);
}

/** `/entityMaps/{entityMapId}` (6.32). */
function entityMapRoute(app: FastifyInstance, { db }: ReadParts): void {
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
    // 6.32.3.2 Update EntityMap: an expiry in the past deletes it
    PATCH: {
      parameters: parameters(),
      body: 'object',
      async handle(request, reply) {
        const id = idOf(request);
        const { expiresAt } = request.body as JsonObject; // validated before the handler
        if (expiresAt === undefined)
          throw badMember('expiresAt', undefined, 'a DateTime: only expiresAt can be changed');
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
  parts: ReadParts,
  query: EntityQuery,
  parameters: Parameters,
): Promise<FastifyReply> {
  const asked = { query, texts: filterTexts(parameters) };
  const operation = operationRequest(request, reply, query.local);
  return sendMap(request, reply, await mapEntities(parts, operation, asked, parameters.entityMapLifetime));
}

async function answerWithTemporalMap(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: EvolutionParts,
  query: EntityQuery,
  parameters: Parameters,
): Promise<FastifyReply> {
  const evolution = readEvolution(parameters, query.projection);
  const asked = { query, evolution, texts: filterTexts(parameters) };
  const operation = operationRequest(request, reply, query.local);
  return sendMap(request, reply, await mapEvolutions(parts, operation, asked, parameters.entityMapLifetime));
}

function sendMap(request: FastifyRequest, reply: FastifyReply, map: EntityMap): FastifyReply {
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
  return new NgsiLdError('ResourceNotFound', `There is no entity map ${id}, or it has expired`);
}
