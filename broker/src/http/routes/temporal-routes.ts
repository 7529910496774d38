import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { representAggregates, representTemporal } from '../../model/temporal/temporal-represent.ts';
import type { JsonObject } from '../../model/values.ts';
import type { WriteParts } from '../../operations/operation-request.ts';
import type { EvolutionQuery } from '../../operations/temporal/evolution-query.ts';
import {
  type EvolutionParts,
  queryEvolutions,
  type ReadEvolutions,
  retrieveEvolution,
} from '../../operations/temporal/read-evolutions.ts';
import type { EntityQuery } from '../../query/entity-query.ts';
import { parseProjection } from '../../query/projection/projection.ts';
import { sendDocument } from '../answers/answer.ts';
import { readEntityMapRequest, setMapHeaders } from '../answers/entity-map.ts';
import { inPreferredVersion, setRange } from '../answers/temporal-answer.ts';
import { entityId } from '../requests/entity-id.ts';
import { MAP_PARAMETERS, readEntityQuery } from '../requests/entity-query.ts';
import { filterTexts } from '../requests/filter-texts.ts';
import { JSON_TYPES } from '../requests/negotiation.ts';
import { operationRequest } from '../requests/operation-request.ts';
import { pageLinks } from '../requests/paging.ts';
import type { Parameters } from '../requests/parameters.ts';
import { readBodyQuery } from '../requests/query-body.ts';
import { type Operation, parameters, resource } from '../requests/resource.ts';
import {
  EVOLUTION_PARAMETERS,
  readEvolution,
  TEMPORAL_QUERY_PARAMETERS,
  temporalParameters,
} from '../requests/temporal-query.ts';
import { temporalWrites } from './temporal-write-routes.ts';

/** Dependencies of the temporal API. */
interface TemporalParts extends WriteParts, EvolutionParts {}

/** `/temporal/entities` (6.18) and below, and `/temporal/entityOperations/query` (6.24). */
export function temporalRoutes(app: FastifyInstance, parts: TemporalParts): void {
  const writes = temporalWrites(parts);

  resource(app, '/temporal/entities', {
    POST: writes.upsert,
    // 6.18.3.2 Query Temporal Evolution of Entities
    GET: {
      parameters: TEMPORAL_QUERY_PARAMETERS,
      answers: JSON_TYPES,
      async handle(request, reply) {
        const { parameters, context } = request.ngsiLd;
        return answerQuery(request, reply, parts, readEntityQuery(parameters, context), parameters);
      },
    },
  });

  resource(app, '/temporal/entities/:id', {
    GET: retrieval(parts),
    DELETE: writes.deleteEntity,
  });
  resource(app, '/temporal/entities/:id/attrs', { POST: writes.append });
  resource(app, '/temporal/entities/:id/attrs/:attr', { DELETE: writes.deleteAttribute });
  resource(app, '/temporal/entities/:id/attrs/:attr/:instanceId', {
    PATCH: writes.updateInstance,
    DELETE: writes.deleteInstance,
  });

  resource(app, '/temporal/entityOperations/query', {
    // 6.24.3.1 Query Temporal Evolution of Entities by POST
    POST: {
      parameters: TEMPORAL_QUERY_PARAMETERS,
      answers: JSON_TYPES,
      body: 'object',
      async handle(request, reply) {
        const { parameters: url, context } = request.ngsiLd;
        const { body, parameters: all } = temporalParameters(request.body as JsonObject, url);
        const { query, parameters } = readBodyQuery(body, all, context);
        return answerQuery(request, reply, parts, query, parameters);
      },
    },
  });
}

// 6.19.3.1 Retrieve Temporal Evolution of an Entity
function retrieval(parts: TemporalParts): Operation {
  return {
    parameters: parameters(...EVOLUTION_PARAMETERS, ...MAP_PARAMETERS),
    answers: JSON_TYPES,
    async handle(request, reply) {
      const { parameters, context } = request.ngsiLd;
      const id = entityId(request);
      const evolution = readEvolution(parameters, parseProjection(parameters, context));
      const map = readEntityMapRequest(request, parameters);
      const found = await retrieveEvolution(parts, operationRequest(request, reply), id, evolution, map);
      setMapHeaders(request, reply, found.map);
      setRange(reply, found.range);
      const [document] = documentsOf(request, reply, found, evolution);
      return sendDocument(request, reply, document as Record<string, unknown>); // otherwise it was not found
    },
  };
}

async function answerQuery(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: TemporalParts,
  query: EntityQuery,
  parameters: Parameters,
): Promise<FastifyReply> {
  const evolution = readEvolution(parameters, query.projection);
  const asked = { query, evolution, texts: filterTexts(parameters), map: readEntityMapRequest(request, parameters) };
  const found = await queryEvolutions(parts, operationRequest(request, reply, query.local), asked);
  setMapHeaders(request, reply, found.map, 201);
  setRange(reply, found.range);
  if (found.count !== undefined) reply.header('NGSILD-Results-Count', String(found.count));
  const links = pageLinks(request, query, found.hasNext);
  return sendDocument(request, reply, documentsOf(request, reply, found, evolution), links);
}

function documentsOf(
  request: FastifyRequest,
  reply: FastifyReply,
  { entities, aggregates }: ReadEvolutions,
  { how }: EvolutionQuery,
): Record<string, unknown>[] {
  const { context } = request.ngsiLd;
  return entities.map((entity) =>
    aggregates === undefined
      ? representTemporal(inPreferredVersion(request, reply, entity), context, how)
      : representAggregates(entity, aggregates.get(entity.id) ?? new Map(), context, how),
  );
}
