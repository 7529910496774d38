import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { representAggregates, representTemporal } from '../model/temporal-represent.ts';
import type { JsonObject } from '../model/values.ts';
import { aggregateTemporal } from '../operations/aggregate-temporal.ts';
import {
  existingEvolution,
  knownPage,
  nothingOf,
  queryTemporal,
  retrieveTemporal,
  type TemporalPage,
} from '../operations/query-temporal.ts';
import type { EntityQuery } from '../query/entity-query.ts';
import { parseProjection } from '../query/projection.ts';
import type { Database } from '../store/database.ts';
import { sendDocument } from './answer.ts';
import { entityId } from './entity-id.ts';
import { readEntityQuery } from './entity-query.ts';
import { JSON_TYPES } from './negotiation.ts';
import { pageLinks } from './paging.ts';
import type { Parameters } from './parameters.ts';
import { readBodyQuery } from './query-body.ts';
import { type Operation, parameters, resource } from './resource.ts';
import { inPreferredVersion, tellRange } from './temporal-answer.ts';
import {
  checkTemporalQuery,
  EVOLUTION_PARAMETERS,
  isDescending,
  readEvolution,
  selectionOf,
  TEMPORAL_QUERY_PARAMETERS,
  temporalParameters,
} from './temporal-query.ts';
import { type TemporalWrites, temporalWrites } from './temporal-write-routes.ts';

/** What the temporal API works with. */
export interface TemporalParts extends TemporalWrites {
  readonly db: Database;
  /** Of one entity in one answer; more are cut off (6.3.10). */
  readonly mostInstances: number;
}

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
function retrieval({ db, mostInstances }: TemporalParts): Operation {
  return {
    parameters: parameters(...EVOLUTION_PARAMETERS),
    answers: JSON_TYPES,
    async handle(request, reply) {
      const { tenant, parameters, context } = request.ngsiLd;
      const id = entityId(request);
      const { temporalQ, asked, how, aggregation } = readEvolution(parameters, parseProjection(parameters, context));
      if (aggregation !== undefined) {
        const known = await existingEvolution(db, tenant, id);
        const found = await aggregateTemporal(db, tenant, [id], { ...asked, temporalQ }, aggregation);
        const aggregates = found.get(id);
        if (aggregates === undefined) throw nothingOf(id);
        return sendDocument(
          request,
          reply,
          representAggregates({ ...known, attributes: {} }, aggregates, context, how),
        );
      }
      const { entities, range } = await retrieveTemporal(db, tenant, id, asked, temporalQ, mostInstances);
      tellRange(reply, range);
      const [entity] = entities.map((each) => inPreferredVersion(request, reply, each));
      return sendDocument(request, reply, representTemporal(entity as TemporalPage['entities'][number], context, how));
    },
  };
}

async function answerQuery(
  request: FastifyRequest,
  reply: FastifyReply,
  { db, mostInstances }: TemporalParts,
  query: EntityQuery,
  parameters: Parameters,
): Promise<FastifyReply> {
  const { tenant, context } = request.ngsiLd;
  const evolution = readEvolution(parameters, query.projection);
  checkTemporalQuery(query, evolution);
  const { asked, how } = evolution;
  const selection = selectionOf(query, evolution);
  const instances = { ...asked, ...(query.scopeQ && { scopeQ: query.scopeQ }) };
  const page = { ...query, descending: isDescending(query) };
  const tellPage = ({ count, hasNext }: { readonly count?: number; readonly hasNext: boolean }): string[] => {
    if (count !== undefined) reply.header('NGSILD-Results-Count', String(count));
    return pageLinks(request, query, hasNext);
  };

  if (evolution.aggregation !== undefined) {
    const found = await knownPage(db, tenant, selection, page);
    const ids = found.entities.map(({ id }) => id);
    const aggregates = await aggregateTemporal(
      db,
      tenant,
      ids,
      { ...instances, temporalQ: evolution.temporalQ },
      evolution.aggregation,
    );
    const documents = found.entities.map((entity) =>
      representAggregates({ ...entity, attributes: {} }, aggregates.get(entity.id) ?? new Map(), context, how),
    );
    return sendDocument(request, reply, documents, tellPage(found));
  }
  const found = await queryTemporal(db, tenant, selection, instances, page, mostInstances);
  tellRange(reply, found.range);
  const documents = found.entities.map((entity) =>
    representTemporal(inPreferredVersion(request, reply, entity), context, how),
  );
  return sendDocument(request, reply, documents, tellPage(found));
}
