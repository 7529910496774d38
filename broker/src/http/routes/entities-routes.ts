import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NgsiLdError } from '../../model/errors.ts';
import { parseWholeEntity } from '../../model/parse/parse-entity.ts';
import type { JsonObject } from '../../model/values.ts';
import { createEntity } from '../../operations/entities/create-entity.ts';
import { purgeEntities } from '../../operations/entities/purge-entities.ts';
import { perform } from '../../operations/entity-operation.ts';
import type { ReadParts, WriteParts } from '../../operations/operation-request.ts';
import { answerQuery } from '../answers/answer-query.ts';
import { sendEntityOutcome } from '../answers/write-outcome.ts';
import { FILTER_PARAMETERS, QUERY_PARAMETERS, readEntityQuery, readFilter } from '../requests/entity-query.ts';
import { filterTexts } from '../requests/filter-texts.ts';
import { MEDIA_TYPES } from '../requests/negotiation.ts';
import { operationRequest } from '../requests/operation-request.ts';
import { readPurged } from '../requests/purged.ts';
import { API, type Operation, parameters, resource } from '../requests/resource.ts';

/** `/entities` (6.4). */
export function entitiesRoutes(app: FastifyInstance, parts: WriteParts): void {
  resource(app, '/entities', { POST: creation(parts), GET: query(parts), DELETE: purge(parts) }, refuseEmptyId);
}

/** 6.4.3.1 Create Entity. */
function creation(parts: WriteParts): Operation {
  return {
    parameters: parameters('local'),
    body: 'object',
    createsTenant: true,
    async handle(request, reply) {
      const entity = parseWholeEntity(request.body, request.ngsiLd.context);
      const document = request.body as JsonObject; // it was parsed as an entity
      const outcome = await perform(parts, operationRequest(request, reply), createEntity({ entity, document }));
      if (outcome.anySucceeded) reply.header('location', `${API}/entities/${encodeURI(entity.id)}`);
      return sendEntityOutcome(reply, entity.id, outcome, () => reply.code(201).send());
    },
  };
}

/** 6.4.3.2 Query Entities. */
function query(parts: ReadParts): Operation {
  return {
    parameters: QUERY_PARAMETERS,
    answers: MEDIA_TYPES,
    async handle(request, reply) {
      const { parameters, context } = request.ngsiLd;
      return answerQuery(request, reply, parts, readEntityQuery(parameters, context), parameters);
    },
  };
}

/** 6.4.3.3 Purge Entities. */
function purge(parts: WriteParts): Operation {
  return {
    parameters: parameters(...FILTER_PARAMETERS, 'keep', 'drop'),
    async handle(request, reply) {
      const { parameters, context } = request.ngsiLd;
      const filter = readFilter(parameters, context);
      const purged = readPurged(parameters, context);
      const operation = operationRequest(request, reply, filter.local);
      const outcome = await purgeEntities(parts, operation, { filter, purged, texts: filterTexts(parameters) });
      return sendEntityOutcome(reply, '', outcome);
    },
  };
}

/** `/entities/` is the path of an entity with an empty id, not that of all entities. */
function refuseEmptyId({ url }: FastifyRequest): void {
  if (!/\/(?:\?|$)/.test(url)) return;
  throw new NgsiLdError('BadRequestData', 'Entity id in the path: got nothing, expected a URI');
}
