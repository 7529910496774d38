import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Context } from '../../context/contexts.ts';
import { failedItem, writeBatch } from '../../entities/batch.ts';
import type { Decide } from '../../entities/write-lane/write-lane.ts';
import {
  type DistributedItem,
  distributeBatch,
  documentItem,
  type ItemOutcome,
} from '../../federation/write/distributed-batch.ts';
import { type Left, partOfDocument } from '../../federation/write/entity-writes.ts';
import { isJsonObject } from '../../model/values.ts';
import { type OperationRequest, originOf, type WriteParts } from '../operation-request.ts';
import type { BatchOperation } from './batch-operations.ts';

/** Reading goes on for so long before other requests get their turn. */
const TURN_MS = 10;

/**
 * Does a batch (5.6.7 to 5.6.10, 5.6.20) here and at the sources that have a part in it: each item by itself, those of
 * one entity in order, none spoilt by another.
 *
 * @param contextOf the @context that an item's names are in
 * @throws what is no fault of an item: the database is gone
 */
export async function writeBatchEverywhere<Result>(
  parts: WriteParts,
  request: OperationRequest,
  operation: BatchOperation<Result>,
  documents: readonly unknown[],
  contextOf: (document: unknown) => Context | Promise<Context>,
): Promise<ItemOutcome<Result>[]> {
  const items = await readItems(documents, operation, contextOf);
  const { kind, operations, refused } = operation;
  const origin = originOf(parts, request, operations);
  if (origin === undefined) {
    const outcomes = await writeBatch(parts.lane, request.caller, items);
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

/** An item as it came, with the @context that its names are in. */
interface ReadItem<Result> {
  readonly entityId: string;
  readonly decide: Decide<Result>;
  readonly document: unknown;
  readonly context: Context;
}

type FailedItem = ReturnType<typeof failedItem>;

/** Reads each item; a fault of one item stays its own (6.3.5). */
async function readItems<Result>(
  documents: readonly unknown[],
  { read }: BatchOperation<Result>,
  contextOf: (document: unknown) => Context | Promise<Context>,
): Promise<(ReadItem<Result> | FailedItem)[]> {
  const items: (ReadItem<Result> | FailedItem)[] = [];
  let turnEnds = performance.now() + TURN_MS;
  for (const document of documents) {
    if (performance.now() > turnEnds) {
      await nextTurn();
      turnEnds = performance.now() + TURN_MS;
    }
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

/** The items that could be read, for sources to get their parts of; what is left to do here is read again. */
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
