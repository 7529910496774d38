import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context, Contexts } from '../../context/contexts.ts';
import { appendAttributes } from '../../entities/append-attributes.ts';
import { type BatchItem, type BatchOutcome, failedItem, writeBatch } from '../../entities/batch.ts';
import { createEntity } from '../../entities/create-entity.ts';
import { deleteEntity } from '../../entities/delete-entity.ts';
import { mergeEntity } from '../../entities/merge-entity.ts';
import { readUpsert, type Upserted } from '../../entities/upsert-entity.ts';
import type { Decide } from '../../entities/write-lane/write-lane.ts';
import {
  type BatchKind,
  type DistributedItem,
  distributeBatch,
  documentItem,
  type ItemOutcome,
  type SingleCall,
} from '../../federation/write/distributed-batch.ts';
import { type Left, partOfDocument } from '../../federation/write/entity-writes.ts';
import type { UpdateResult } from '../../model/change-entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { parseEntityFragment, parseWholeEntity } from '../../model/parse/parse-entity.ts';
import { badMember, checkUri, isJsonObject, type JsonObject, shown } from '../../model/values.ts';
import { answerQuery } from '../answers/answer-query.ts';
import { batchResult, hasFailed } from '../answers/batch-result.ts';
import { sendJson } from '../answers/send-json.ts';
import { entityError } from '../answers/write-outcome.ts';
import { originOf } from '../requests/distribution.ts';
import { QUERY_PARAMETERS } from '../requests/entity-query.ts';
import { MEDIA_TYPES } from '../requests/negotiation.ts';
import { readOptions } from '../requests/parameters.ts';
import { readBodyQuery } from '../requests/query-body.ts';
import { chooseContext } from '../requests/request.ts';
import { parameters, resource } from '../requests/resource.ts';
import type { EntityParts } from './entity-routes.ts';

export interface BatchParts extends EntityParts {
  readonly contexts: Contexts;
}

/** `/entityOperations/…` (6.14 to 6.17, 6.23, 6.31): each item of a batch succeeds or fails by itself. */
export function batchRoutes(app: FastifyInstance, parts: BatchParts): void {
  const { lane, contexts, federation } = parts;
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
        const read: ReadItem<void> = (item, names) => {
          const entity = parseWholeEntity(item, names);
          return { entityId: entity.id, decide: createEntity(entity) };
        };
        const items = await readItems(request, contexts, read);
        const origin = originOf(request, federation, OPERATIONS.create);
        if (origin !== undefined) {
          return sendDistributed(
            reply,
            items,
            await distributeBatch(parts, origin, CREATE, spread(items, read)),
            'all',
          );
        }
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
        const read: ReadItem<Upserted> = (item, names) => readUpsert(item, names, update);
        const items = await readItems(request, contexts, read);
        const origin = originOf(request, federation, OPERATIONS.upsert);
        if (origin !== undefined) {
          const kind = upsertKind(update, request.ngsiLd.parameters.options);
          return sendDistributed(
            reply,
            items,
            await distributeBatch(parts, origin, kind, spread(items, read)),
            'created',
          );
        }
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
        const read: ReadItem<UpdateResult> = (item, names) => {
          const fragment = parseEntityFragment(item, names, 'complete');
          const entityId = requiredId(fragment.id);
          return { entityId, decide: appendAttributes(entityId, fragment, overwrite) };
        };
        const items = await readItems(request, contexts, read);
        const origin = originOf(request, federation, OPERATIONS.update);
        if (origin !== undefined) {
          const kind = updateKind(overwrite);
          return sendDistributed(
            reply,
            items,
            await distributeBatch(parts, origin, kind, spread(items, read), skippedError),
            'none',
          );
        }
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
        const read: ReadItem<void> = (item, names) => {
          const fragment = parseEntityFragment(item, names, 'merge');
          const entityId = requiredId(fragment.id);
          return { entityId, decide: mergeEntity(entityId, fragment, {}) };
        };
        const items = await readItems(request, contexts, read);
        const origin = originOf(request, federation, OPERATIONS.merge);
        if (origin !== undefined) {
          return sendDistributed(
            reply,
            items,
            await distributeBatch(parts, origin, MERGE, spread(items, read)),
            'none',
          );
        }
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
        const items = checkBatch(request.body).map(readDeletion);
        const origin = originOf(request, federation, OPERATIONS.delete);
        if (origin !== undefined) {
          const { context } = request.ngsiLd;
          const whole = items.flatMap((item) =>
            'decide' in item ? { entityId: item.entityId, context, decide: () => item.decide } : [],
          );
          return sendDistributed(reply, items, await distributeBatch(parts, origin, DELETE, whole), 'none');
        }
        return sendBatchOutcome(reply, await writeBatch(lane, request.ngsiLd.tenant, items));
      },
    },
  });
}

function readDeletion(item: unknown): BatchItem<void> {
  try {
    const entityId = checkUri(item, 'entity id');
    return { entityId, decide: deleteEntity(entityId) };
  } catch (error) {
    return failedItem(item, error);
  }
}

type ReadItem<Result> = (item: unknown, names: Context) => { entityId: string; decide: Decide<Result> };

/** An item as it came, with the @context that holds for it. */
type ReadBatchItem<Result> = BatchItem<Result> & { readonly item: unknown; readonly names: Context };

/** The items that could be read, for parts of them to be given to sources; what is left is read again. */
function spread<Result>(items: readonly ReadBatchItem<Result>[], read: ReadItem<Result>): DistributedItem<Result>[] {
  return items.flatMap((one) => {
    if ('error' in one) return [];
    const { entityId, decide, names: context } = one;
    const document = one.item as JsonObject; // it was read as an entity
    const decideLeft = (left: Left) =>
      left.names === undefined ? decide : read(partOfDocument(document, left, context), context).decide;
    return { entityId, document, context, ...documentItem(document, context), decide: decideLeft };
  });
}

/** The parties' outcomes with the items that could not be read, as one answer. */
function sendDistributed(
  reply: FastifyReply,
  items: readonly BatchItem<unknown>[],
  outcomes: readonly ItemOutcome[],
  told: 'all' | 'created' | 'none',
): FastifyReply {
  const unread = items.flatMap((item) => ('error' in item ? { entityId: item.entityId, failures: [item] } : []));
  const all = [...unread, ...outcomes];
  const failed = new Set(all.filter(({ failures }) => failures.length > 0).map(({ entityId }) => entityId));
  if (failed.size > 0) {
    const success = outcomes.map(({ entityId }) => entityId).filter((id) => !failed.has(id));
    const errors = all.flatMap(({ entityId, failures }) => failures.map((failure) => entityError(entityId, failure)));
    return sendJson(reply.code(207), { success: [...new Set(success)], errors });
  }
  const ids = outcomes.filter(({ created }) => told === 'all' || created);
  return told === 'none' || ids.length === 0 ? reply.code(204).send() : sendIds(reply, ids);
}

const CREATE: BatchKind = {
  operation: 'createBatch',
  path: 'create',
  singles: [{ operation: 'createEntity', method: 'POST', place: 'entities' }],
};
const MERGE: BatchKind = {
  operation: 'mergeBatch',
  path: 'merge',
  singles: [{ operation: 'mergeEntity', method: 'PATCH', place: 'entity' }],
};
const DELETE: BatchKind = {
  operation: 'deleteBatch',
  path: 'delete',
  singles: [{ operation: 'deleteEntity', method: 'DELETE', place: 'entity' }],
};

function upsertKind(update: boolean, options: string | undefined): BatchKind {
  const change: SingleCall = update
    ? { operation: 'updateEntity', method: 'PATCH', place: 'attributes' }
    : { operation: 'replaceEntity', method: 'PUT', place: 'entity' };
  const singles = [...CREATE.singles, change];
  return { operation: 'upsertBatch', path: 'upsert', query: { options }, singles };
}

function updateKind(overwrite: boolean): BatchKind {
  const query = overwrite ? {} : { query: { options: 'noOverwrite' } };
  const single: SingleCall = overwrite
    ? { operation: 'updateEntity', method: 'PATCH', place: 'attributes' }
    : { operation: 'appendAttrs', method: 'POST', place: 'attributes', ...query };
  return { operation: 'updateBatch', path: 'update', ...query, singles: [single] };
}

/** What sources may be registered for, to have a part in a batch. */
const OPERATIONS = {
  create: ['createBatch', 'createEntity'],
  upsert: ['upsertBatch', 'createEntity', 'replaceEntity', 'updateEntity'],
  update: ['updateBatch', 'updateEntity', 'appendAttrs'],
  merge: ['mergeBatch', 'mergeEntity'],
  delete: ['deleteBatch', 'deleteEntity'],
} as const;

function requiredId(id: string | undefined): string {
  if (id === undefined) throw badMember('id', undefined, 'the URI of the entity');
  return id;
}

/** What a larger batch would do is done as fast by several. */
const MOST_ITEMS = 10_000;
/** Others are served in between. */
const TURN_MS = 10;

/** The batch itself must be a list with something in it (5.6.7); a null in it spoils it all. */
function checkBatch(body: unknown): readonly unknown[] {
  if (!Array.isArray(body))
    throw new NgsiLdError('BadRequestData', `The body is ${shown(body)}, expected a JSON array`);
  if (body.length === 0)
    throw new NgsiLdError('BadRequestData', 'The body is an empty array, expected at least one item');
  if (body.length > MOST_ITEMS) {
    throw new NgsiLdError('BadRequestData', `The body has ${body.length} items, expected at most ${MOST_ITEMS}`);
  }
  if (body.includes(null)) throw new NgsiLdError('BadRequestData', 'The body holds null, expected items only');
  return body;
}

/** Reads each item with the @context that holds for it; a fault of one item stays its own (6.3.5). */
async function readItems<Result>(
  request: FastifyRequest,
  contexts: Contexts,
  read: ReadItem<Result>,
): Promise<ReadBatchItem<Result>[]> {
  const { context, isJsonLd } = request.ngsiLd;
  const items: ReadBatchItem<Result>[] = [];
  let turnEnds = performance.now() + TURN_MS;
  for (const item of checkBatch(request.body)) {
    if (performance.now() > turnEnds) {
      await nextTurn();
      turnEnds = performance.now() + TURN_MS;
    }
    let names = context;
    try {
      if (isJsonObject(item)) names = await itemContext(item, isJsonLd, context, contexts);
      items.push({ ...read(item, names), item, names });
    } catch (error) {
      items.push({ ...failedItem(item, error), item, names });
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
  const error = 'error' in outcome ? undefined : skippedError(outcome.result);
  return error === undefined ? outcome : { entityId: outcome.entityId, error };
}

function skippedError({
  notUpdated,
}: {
  readonly notUpdated: readonly { readonly attributeName: string }[];
}): NgsiLdError | undefined {
  if (notUpdated.length === 0) return undefined;
  const skipped = notUpdated.map(({ attributeName }) => attributeName).join(', ');
  return new NgsiLdError('BadRequestData', `Not overwritten: ${skipped}`);
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
