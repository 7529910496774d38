import type { Context } from '../../context/contexts.ts';
import { failedItem, writeBatch } from '../../entities/batch.ts';
import type { Decide } from '../../entities/write-lane/write-lane.ts';
import { inParallel } from '../../federation/calls/federation.ts';
import type { OperationName } from '../../federation/registrations/operation-names.ts';
import {
  type DistributedItem,
  distributeBatch,
  documentItem,
  type ItemOutcome,
} from '../../federation/write/distributed-batch.ts';
import { type Left, partOfDocument } from '../../federation/write/entity-writes.ts';
import { heldElsewhere, mayBeHeldElsewhere } from '../../federation/write/held-elsewhere.ts';
import { isJsonObject } from '../../model/values.ts';
import { Turns } from '../../turns/turns.ts';
import { type OperationRequest, originOf, type WriteParts } from '../operation-request.ts';
import type { BatchOperation } from './batch-operations.ts';

/**
 * Runs a batch (5.6.7 to 5.6.10, 5.6.20) locally and at the sources concerned. Each item succeeds or fails
 * independently; items of one entity are processed in order.
 *
 * @param contextOf returns the @context of an item's names
 *
 * @param turns pauses while the items are read; meanwhile later batches may be written
 *
 * @throws any error that is not caused by an item, for example an unavailable database
 */
export async function writeBatchEverywhere<Result>(
  parts: WriteParts,
  request: OperationRequest,
  operation: BatchOperation<Result>,
  documents: readonly unknown[],
  contextOf: (document: unknown) => Context | Promise<Context>,
  turns = new Turns(),
): Promise<ItemOutcome<Result>[]> {
  const items = await readItems(documents, operation, contextOf, turns);
  const { kind, operations, refused } = operation;
  const origin = originOf(parts, request, operations);
  if (origin === undefined) {
    const outcomes = await writeBatch(
      parts.lane,
      request.caller,
      await storable(parts, request, kind.operation, items),
    );
    return outcomes.map(({ entityId, ...outcome }): ItemOutcome<Result> => {
      if ('error' in outcome) return { entityId, failures: [outcome], created: false };
      const { result } = outcome;
      const error = refused?.(result);
      return { entityId, failures: error === undefined ? [] : [{ error }], created: result === 'created', result };
    });
  }
  const unread = items.flatMap((item) =>
    'error' in item ? { entityId: item.entityId, failures: [{ error: item.error }], created: false } : [],
  );
  return [...unread, ...(await distributeBatch(parts, origin, kind, distributed(items, operation), refused))];
}

/** An item as received, with the @context of its names. */
interface ReadItem<Result> {
  readonly entityId: string;
  readonly decide: Decide<Result>;
  readonly document: unknown;
  readonly context: Context;
}

type FailedItem = ReturnType<typeof failedItem>;

/** Parses each item. An invalid item does not affect the others (6.3.5). */
async function readItems<Result>(
  documents: readonly unknown[],
  { read }: BatchOperation<Result>,
  contextOf: (document: unknown) => Context | Promise<Context>,
  turns: Turns,
): Promise<(ReadItem<Result> | FailedItem)[]> {
  const items: (ReadItem<Result> | FailedItem)[] = [];
  for (const document of documents) {
    if (turns.isOver) await turns.next();
    try {
      const found = contextOf(document);
      const context = found instanceof Promise ? await found : found;
      items.push({ ...read(document, context), document, context });
    } catch (error) {
      items.push(failedItem(document, error));
    }
  }
  return items;
}

/** The items, except that those of which a source alone may hold a part have failed. */
async function storable<Result>(
  parts: WriteParts,
  request: OperationRequest,
  operation: OperationName,
  items: readonly (ReadItem<Result> | FailedItem)[],
): Promise<readonly (ReadItem<Result> | FailedItem)[]> {
  if (!mayBeHeldElsewhere(parts.federation, request, operation)) return items;
  return inParallel(items, async (item) => {
    if ('error' in item || !isJsonObject(item.document)) return item;
    const { entityId, document, context } = item;
    const target = { id: entityId, ...documentItem(document, context) };
    const error = await heldElsewhere(parts.db, parts.federation, request, target);
    return error === undefined ? item : { entityId, error };
  });
}

/** The valid items, to be divided among sources. The local share is parsed again. */
function distributed<Result>(
  items: readonly (ReadItem<Result> | FailedItem)[],
  { read }: BatchOperation<Result>,
): DistributedItem<Result>[] {
  return items.flatMap((item): DistributedItem<Result> | [] => {
    if ('error' in item) return [];
    const { entityId, decide, document, context } = item;
    if (!isJsonObject(document)) return { entityId, context, decide: () => decide };
    const decideLeft = (left: Left) =>
      left.names === undefined ? decide : read(partOfDocument(document, left, context), context).decide;
    return { entityId, document, context, ...documentItem(document, context), decide: decideLeft };
  });
}
