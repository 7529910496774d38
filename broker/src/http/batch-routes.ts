import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Contexts } from '../context/contexts.ts';
import { NgsiLdError } from '../model/errors.ts';
import { parseEntityFragment, parseWholeEntity } from '../model/parse-entity.ts';
import { badMember, checkUri, isJsonObject, type JsonObject, shown } from '../model/values.ts';
import { appendAttributes } from '../operations/append-attributes.ts';
import { type BatchItem, type BatchOutcome, failedItem, writeBatch } from '../operations/batch.ts';
import { createEntity } from '../operations/create-entity.ts';
import { deleteEntity } from '../operations/delete-entity.ts';
import { mergeEntity } from '../operations/merge-entity.ts';
import { readUpsert } from '../operations/upsert-entity.ts';
import type { Decide } from '../store/write-lane.ts';
import { answerQuery } from './answer-query.ts';
import { batchResult, hasFailed } from './batch-result.ts';
import { QUERY_PARAMETERS } from './entity-query.ts';
import type { EntityParts } from './entity-routes.ts';
import { MEDIA_TYPES } from './negotiation.ts';
import { readOptions } from './parameters.ts';
import { readBodyQuery } from './query-body.ts';
import { chooseContext } from './request.ts';
import { parameters, resource } from './resource.ts';
import { sendJson } from './send-json.ts';

export interface BatchParts extends EntityParts {
  readonly contexts: Contexts;
}

/** `/entityOperations/…` (6.14 to 6.17, 6.23, 6.31): each item of a batch succeeds or fails by itself. */
export function batchRoutes(app: FastifyInstance, parts: BatchParts): void {
  const { lane, contexts } = parts;
  // 6.23.3.1 Query Entities by a Query in the body
  resource(app, '/entityOperations/query', {
    POST: {
      parameters: QUERY_PARAMETERS,
      answers: MEDIA_TYPES,
      body: 'object',
      async handle(request, reply) {
        const { parameters: url, context } = request.ngsiLd;
        const { query, parameters } = readBodyQuery(request.body as JsonObject, url, context);
        return answerQuery(request, reply, parts, query, parameters);
      },
    },
  });

  // 6.14.3.1 Batch Entity Creation
  resource(app, '/entityOperations/create', {
    POST: {
      parameters: parameters('local'),
      body: 'array',
      createsTenant: true,
      async handle(request, reply) {
        const items = await readItems(request, contexts, (item, names) => {
          const entity = parseWholeEntity(item, names);
          return { entityId: entity.id, decide: createEntity(entity) };
        });
        const outcomes = await writeBatch(lane, request.ngsiLd.tenant, items);
        if (outcomes.some(hasFailed)) return sendBatchResult(reply, outcomes);
        return sendIds(reply, outcomes);
      },
    },
  });

  // 6.15.3.1 Batch Entity Creation or Update (Upsert)
  resource(app, '/entityOperations/upsert', {
    POST: {
      parameters: parameters('options', 'local'),
      body: 'array',
      createsTenant: true,
      async handle(request, reply) {
        const update = readOptions(request.ngsiLd.parameters, ['replace', 'update']).has('update');
        const items = await readItems(request, contexts, (item, names) => readUpsert(item, names, update));
        const outcomes = await writeBatch(lane, request.ngsiLd.tenant, items);
        if (outcomes.some(hasFailed)) return sendBatchResult(reply, outcomes);
        const created = outcomes.filter((outcome) => 'result' in outcome && outcome.result === 'created');
        return created.length === 0 ? reply.code(204).send() : sendIds(reply, created);
      },
    },
  });

  // 6.16.3.1 Batch Entity Update
  resource(app, '/entityOperations/update', {
    POST: {
      parameters: parameters('options', 'local'),
      body: 'array',
      async handle(request, reply) {
        const overwrite = !readOptions(request.ngsiLd.parameters, ['noOverwrite']).has('noOverwrite');
        const items = await readItems(request, contexts, (item, names) => {
          const fragment = parseEntityFragment(item, names, 'complete');
          const entityId = requiredId(fragment.id);
          return { entityId, decide: appendAttributes(entityId, fragment, overwrite) };
        });
        const outcomes = await writeBatch(lane, request.ngsiLd.tenant, items);
        return sendBatchOutcome(reply, outcomes.map(skippedAsFailed));
      },
    },
  });

  // 6.31.3.1 Batch Entity Merge
  resource(app, '/entityOperations/merge', {
    POST: {
      parameters: parameters('local'),
      body: 'array',
      async handle(request, reply) {
        const items = await readItems(request, contexts, (item, names) => {
          const fragment = parseEntityFragment(item, names, 'merge');
          const entityId = requiredId(fragment.id);
          return { entityId, decide: mergeEntity(entityId, fragment, {}) };
        });
        return sendBatchOutcome(reply, await writeBatch(lane, request.ngsiLd.tenant, items));
      },
    },
  });

  // 6.17.3.1 Batch Entity Delete
  resource(app, '/entityOperations/delete', {
    POST: {
      parameters: parameters('local'),
      body: 'array',
      async handle(request, reply) {
        const items = checkBatch(request.body).map((item): BatchItem<void> => {
          try {
            const entityId = checkUri(item, 'entity id');
            return { entityId, decide: deleteEntity(entityId) };
          } catch (error) {
            return failedItem(item, error);
          }
        });
        return sendBatchOutcome(reply, await writeBatch(lane, request.ngsiLd.tenant, items));
      },
    },
  });
}

function requiredId(id: string | undefined): string {
  if (id === undefined) throw badMember('id', undefined, 'the URI of the entity');
  return id;
}

/** The batch itself must be a list with something in it (5.6.7); a null in it spoils it all. */
function checkBatch(body: unknown): readonly unknown[] {
  if (!Array.isArray(body))
    throw new NgsiLdError('BadRequestData', `The body is ${shown(body)}, expected a JSON array`);
  if (body.length === 0)
    throw new NgsiLdError('BadRequestData', 'The body is an empty array, expected at least one item');
  if (body.includes(null)) throw new NgsiLdError('BadRequestData', 'The body holds null, expected items only');
  return body;
}

/** Reads each item with the @context that holds for it; a fault of one item stays its own (6.3.5). */
async function readItems<Result>(
  request: FastifyRequest,
  contexts: Contexts,
  read: (item: unknown, names: Context) => { entityId: string; decide: Decide<Result> },
): Promise<BatchItem<Result>[]> {
  const { context, isJsonLd } = request.ngsiLd;
  const items: BatchItem<Result>[] = [];
  for (const item of checkBatch(request.body)) {
    try {
      const names = isJsonObject(item) ? await itemContext(item, isJsonLd, context, contexts) : context;
      items.push(read(item, names));
    } catch (error) {
      items.push(failedItem(item, error));
    }
  }
  return items;
}

function itemContext(
  item: { readonly [member: string]: unknown },
  isJsonLd: boolean,
  linked: Context,
  contexts: Contexts,
): Context | Promise<Context> {
  const embedded = item['@context'];
  chooseContext(embedded, '@context' in item, isJsonLd, undefined);
  if (!isJsonLd) return linked;
  return contexts.cached(embedded) ?? contexts.resolve(embedded);
}

/** An update that skipped attributes, since they exist and noOverwrite was asked for, counts as failed (5.6.9). */
function skippedAsFailed(
  outcome: BatchOutcome<{ notUpdated: readonly { attributeName: string; reason: string }[] }>,
): BatchOutcome<unknown> {
  if ('error' in outcome || outcome.result.notUpdated.length === 0) return outcome;
  const skipped = outcome.result.notUpdated.map(({ attributeName }) => attributeName).join(', ');
  return { entityId: outcome.entityId, error: new NgsiLdError('BadRequestData', `Not overwritten: ${skipped}`) };
}

function sendIds(reply: FastifyReply, outcomes: readonly { entityId: string }[]): FastifyReply {
  return sendJson(
    reply.code(201),
    outcomes.map(({ entityId }) => entityId),
  );
}

function sendBatchOutcome(reply: FastifyReply, outcomes: readonly BatchOutcome<unknown>[]): FastifyReply {
  return outcomes.some(hasFailed) ? sendBatchResult(reply, outcomes) : reply.code(204).send();
}

/** 207 with the BatchOperationResult of 5.2.16. */
function sendBatchResult(reply: FastifyReply, outcomes: readonly BatchOutcome<unknown>[]): FastifyReply {
  return sendJson(reply.code(207), batchResult(outcomes));
}
