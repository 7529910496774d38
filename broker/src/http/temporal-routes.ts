import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { NameCompactor } from '../model/names.ts';
import type { Aggregates } from '../model/temporal-aggregate.ts';
import type { TemporalEntity } from '../model/temporal-entity.ts';
import { aggregatesText, representTemporal } from '../model/temporal-represent.ts';
import type { JsonObject } from '../model/values.ts';
import type { EntityQuery } from '../query/entity-query.ts';
import { parseProjection } from '../query/projection.ts';
import { sendDocument, sendTexts } from './answer.ts';
import { entityId } from './entity-id.ts';
import { MAP_PARAMETERS, readEntityQuery } from './entity-query.ts';
import { JSON_TYPES } from './negotiation.ts';
import { pageLinks } from './paging.ts';
import type { Parameters } from './parameters.ts';
import { readBodyQuery } from './query-body.ts';
import { type Operation, parameters, resource } from './resource.ts';
import { inPreferredVersion, tellRange } from './temporal-answer.ts';
import {
  EVOLUTION_PARAMETERS,
  type EvolutionQuery,
  readEvolution,
  TEMPORAL_QUERY_PARAMETERS,
  temporalParameters,
} from './temporal-query.ts';
import { readEvolutionOf, readEvolutions, type TemporalReads } from './temporal-read.ts';
import { type TemporalWrites, temporalWrites } from './temporal-write-routes.ts';

/** What the temporal API works with. */
export interface TemporalParts extends TemporalWrites, TemporalReads {}

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
      const found = await readEvolutionOf(request, reply, parts, id, evolution);
      tellRange(reply, found.range);
      const [entity] = found.entities as [TemporalEntity]; // or else nothing was found
      if (found.aggregates !== undefined) {
        return sendTexts(request, reply, aggregatesOf(entity, found.aggregates, context, evolution));
      }
      return sendDocument(request, reply, documentOf(request, reply, entity, evolution));
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
  const found = await readEvolutions(request, reply, parts, query, evolution, parameters);
  tellRange(reply, found.range);
  if (found.count !== undefined) reply.header('NGSILD-Results-Count', String(found.count));
  const links = pageLinks(request, query, found.hasNext);
  const { entities, aggregates } = found;
  if (aggregates !== undefined) {
    const texts = entities.map((entity) => aggregatesOf(entity, aggregates, request.ngsiLd.context, evolution));
    return sendTexts(request, reply, texts, links);
  }
  const documents = entities.map((entity) => documentOf(request, reply, entity, evolution));
  return sendDocument(request, reply, documents, links);
}

function documentOf(request: FastifyRequest, reply: FastifyReply, entity: TemporalEntity, { how }: EvolutionQuery) {
  return representTemporal(inPreferredVersion(request, reply, entity), request.ngsiLd.context, how);
}

function aggregatesOf(
  entity: TemporalEntity,
  aggregates: ReadonlyMap<string, Aggregates>,
  names: NameCompactor,
  { how }: EvolutionQuery,
): string {
  return aggregatesText(entity, aggregates.get(entity.id) ?? new Map(), names, how);
}
