import type { Context } from '../../context/contexts.ts';
import { readUpsert, type Upserted } from '../../entities/upsert-entity.ts';
import { readMeasures } from '../../entities/upsert-measures.ts';
import type { Decide } from '../../entities/write-lane/write-lane.ts';
import type { OperationName } from '../../federation/registrations/operation-names.ts';
import type { BatchKind, SingleCall } from '../../federation/write/distributed-batch.ts';
import type { UpdateResult } from '../../model/change-entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { parseEntityFragment, parseWholeEntity } from '../../model/parse/parse-entity.ts';
import { badMember, checkUri, type JsonObject } from '../../model/values.ts';
import { appendAttributes } from '../attributes/append-attributes.ts';
import { createEntity } from '../entities/create-entity.ts';
import { deleteEntity } from '../entities/delete-entity.ts';
import { mergeEntity } from '../entities/merge-entity.ts';
import type { EntityOperation } from '../entity-operation.ts';

interface BatchItem<Result> {
  readonly entityId: string;
  readonly decide: Decide<Result>;
}

/** A batch operation: how to perform an item locally, and how to request it from sources. */
export interface BatchOperation<Result> {
  readonly kind: BatchKind;
  /** Sources registered for one of these may take part. */
  readonly operations: readonly OperationName[];
  /** @throws NgsiLdError: the item is invalid */
  read(document: unknown, context: Context): BatchItem<Result>;
  /** The reason why an item counts as failed although it was performed. */
  refused?(result: Result): NgsiLdError | undefined;
}

const CREATE_ENTITY: SingleCall = { operation: 'createEntity', method: 'POST', place: 'entities' };

const UPSERT_OPERATIONS = ['upsertBatch', 'createEntity', 'replaceEntity', 'updateEntity'] as const;

/** Batch Entity Creation (5.6.7). */
export const BATCH_CREATE: BatchOperation<void> = {
  kind: { operation: 'createBatch', path: 'create', singles: [CREATE_ENTITY] },
  operations: ['createBatch', 'createEntity'],
  read(document, context) {
    const entity = parseWholeEntity(document, context);
    return itemOf(createEntity({ entity, document: document as JsonObject })); // it was parsed as an entity
  },
};

/**
 * Batch Entity Creation or Update (5.6.8).
 *
 * @param update whether an existing entity keeps what the item doesn't name
 *
 * @param options the URL parameter, which is forwarded to sources
 */
export function batchUpsert(update: boolean, options: string | undefined): BatchOperation<Upserted> {
  return {
    kind: upsertKind(update, options),
    operations: UPSERT_OPERATIONS,
    read: (document, context) => readUpsert(document, context, update),
  };
}

/** The same with `update`, except that instances observed before the current one go to the history only. */
export const BATCH_UPSERT_MEASURES: BatchOperation<number> = {
  kind: upsertKind(true, 'update'),
  operations: UPSERT_OPERATIONS,
  read: readMeasures,
};

function upsertKind(update: boolean, options: string | undefined): BatchKind {
  const change: SingleCall = update
    ? { operation: 'updateEntity', method: 'PATCH', place: 'attributes' }
    : { operation: 'replaceEntity', method: 'PUT', place: 'entity' };
  return { operation: 'upsertBatch', path: 'upsert', query: { options }, singles: [CREATE_ENTITY, change] };
}

/** Batch Entity Update (5.6.9). @param overwrite whether existing attributes are replaced */
export function batchUpdate(overwrite: boolean): BatchOperation<UpdateResult> {
  const query = overwrite ? {} : { query: { options: 'noOverwrite' } };
  const single: SingleCall = overwrite
    ? { operation: 'updateEntity', method: 'PATCH', place: 'attributes' }
    : { operation: 'appendAttrs', method: 'POST', place: 'attributes', ...query };
  return {
    kind: { operation: 'updateBatch', path: 'update', ...query, singles: [single] },
    operations: ['updateBatch', 'updateEntity', 'appendAttrs'],
    read(document, context) {
      const fragment = parseEntityFragment(document, context, 'complete');
      const id = requiredId(fragment.id);
      return itemOf(appendAttributes({ id, fragment, document: document as JsonObject, overwrite })); // it was parsed
    },
    refused: skippedError,
  };
}

/** An update that skipped existing attributes because of noOverwrite counts as failed (5.6.9). */
function skippedError({ notUpdated }: UpdateResult): NgsiLdError | undefined {
  if (notUpdated.length === 0) return undefined;
  const skipped = notUpdated.map(({ attributeName }) => attributeName).join(', ');
  return new NgsiLdError('BadRequestData', `Not overwritten: ${skipped}`);
}

/** Batch Entity Merge (5.6.20). */
export const BATCH_MERGE: BatchOperation<void> = {
  kind: {
    operation: 'mergeBatch',
    path: 'merge',
    singles: [{ operation: 'mergeEntity', method: 'PATCH', place: 'entity' }],
  },
  operations: ['mergeBatch', 'mergeEntity'],
  read(document, context) {
    const fragment = parseEntityFragment(document, context, 'merge');
    const id = requiredId(fragment.id);
    return itemOf(mergeEntity({ id, document: document as JsonObject, fragmentOf: () => fragment, options: {} })); // it was parsed
  },
};

/** Batch Entity Delete (5.6.10); its items are ids. */
export const BATCH_DELETE: BatchOperation<void> = {
  kind: {
    operation: 'deleteBatch',
    path: 'delete',
    singles: [{ operation: 'deleteEntity', method: 'DELETE', place: 'entity' }],
  },
  operations: ['deleteBatch', 'deleteEntity'],
  read: (document) => itemOf(deleteEntity(checkUri(document, 'entity id'))),
};

function requiredId(id: string | undefined): string {
  if (id === undefined) throw badMember('id', undefined, 'the URI of the entity');
  return id;
}

/** All of an operation on one entity. */
function itemOf<Result>({ id, decide }: EntityOperation<Result>): BatchItem<Result> {
  return { entityId: id, decide: decide({}) };
}
