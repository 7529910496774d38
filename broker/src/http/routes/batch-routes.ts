import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Contexts } from '../../context/contexts.ts';
import type { JsonObject } from '../../model/values.ts';
import {
  BATCH_CREATE,
  BATCH_DELETE,
  BATCH_MERGE,
  type BatchOperation,
  batchUpdate,
  batchUpsert,
} from '../../operations/batch/batch-operations.ts';
import { writeBatchEverywhere } from '../../operations/batch/write-batch.ts';
import type { ReadParts, WriteParts } from '../../operations/operation-request.ts';
import { answerQuery } from '../answers/answer-query.ts';
import { sendBatchOutcome } from '../answers/batch-result.ts';
import { batchItems, itemContexts } from '../requests/batch-body.ts';
import { QUERY_PARAMETERS } from '../requests/entity-query.ts';
import { MEDIA_TYPES } from '../requests/negotiation.ts';
import { operationRequest } from '../requests/operation-request.ts';
import { readOptions } from '../requests/parameters.ts';
import { readBodyQuery } from '../requests/query-body.ts';
import { type Operation, parameters, resource } from '../requests/resource.ts';

interface BatchParts extends WriteParts {
  readonly contexts: Contexts;
}

/** `/entityOperations/…` (6.14 to 6.17, 6.23, 6.31): each item of a batch succeeds or fails independently. */
export function batchRoutes(app: FastifyInstance, parts: BatchParts): void {
  resource(app, '/entityOperations/query', { POST: queryEntities(parts) });
  resource(app, '/entityOperations/create', { POST: createEntities(parts) });
  resource(app, '/entityOperations/upsert', { POST: upsertEntities(parts) });
  resource(app, '/entityOperations/update', { POST: updateEntities(parts) });
  resource(app, '/entityOperations/merge', { POST: mergeEntities(parts) });
  resource(app, '/entityOperations/delete', { POST: deleteEntities(parts) });
}

/** 6.23.3.1 Query Entities by a Query in the body. */
function queryEntities(parts: ReadParts): Operation {
  return {
    parameters: QUERY_PARAMETERS,
    answers: MEDIA_TYPES,
    body: 'object',
    async handle(request, reply) {
      const { parameters: url, context } = request.ngsiLd;
      const { query, parameters } = readBodyQuery(request.body as JsonObject, url, context);
      return answerQuery(request, reply, parts, query, parameters);
    },
  };
}

/** 6.14.3.1 Batch Entity Creation. */
function createEntities(parts: BatchParts): Operation {
  return {
    parameters: parameters('local'),
    body: 'array',
    createsTenant: true,
    async handle(request, reply) {
      return sendBatchOutcome(reply, await write(request, reply, parts, BATCH_CREATE), 'all');
    },
  };
}

/** 6.15.3.1 Batch Entity Creation or Update (Upsert). */
function upsertEntities(parts: BatchParts): Operation {
  return {
    parameters: parameters('options', 'local'),
    body: 'array',
    createsTenant: true,
    async handle(request, reply) {
      const { parameters } = request.ngsiLd;
      const update = readOptions(parameters, ['replace', 'update']).has('update');
      const outcomes = await write(request, reply, parts, batchUpsert(update, parameters.options));
      return sendBatchOutcome(reply, outcomes, 'created');
    },
  };
}

/** 6.16.3.1 Batch Entity Update. */
function updateEntities(parts: BatchParts): Operation {
  return {
    parameters: parameters('options', 'local'),
    body: 'array',
    async handle(request, reply) {
      const overwrite = !readOptions(request.ngsiLd.parameters, ['noOverwrite']).has('noOverwrite');
      return sendBatchOutcome(reply, await write(request, reply, parts, batchUpdate(overwrite)), 'none');
    },
  };
}

/** 6.31.3.1 Batch Entity Merge. */
function mergeEntities(parts: BatchParts): Operation {
  return {
    parameters: parameters('local'),
    body: 'array',
    async handle(request, reply) {
      return sendBatchOutcome(reply, await write(request, reply, parts, BATCH_MERGE), 'none');
    },
  };
}

/** 6.17.3.1 Batch Entity Delete. */
function deleteEntities(parts: BatchParts): Operation {
  return {
    parameters: parameters('local'),
    body: 'array',
    async handle(request, reply) {
      const { context } = request.ngsiLd; // ids have no @context of their own
      return sendBatchOutcome(reply, await write(request, reply, parts, BATCH_DELETE, () => context), 'none');
    },
  };
}

function write<Result>(
  request: FastifyRequest,
  reply: FastifyReply,
  parts: BatchParts,
  operation: BatchOperation<Result>,
  contextOf: (item: unknown) => Context | Promise<Context> = itemContexts(request, parts.contexts),
) {
  return writeBatchEverywhere(parts, operationRequest(request, reply), operation, batchItems(request), contextOf);
}
