import type { Caller } from '../access/caller.ts';
import { NgsiLdError } from '../model/errors.ts';
import { isJsonObject } from '../model/values.ts';
import type { AuthorizedLane } from './write-lane/authorized-lane.ts';
import type { Decide } from './write-lane/write-lane.ts';

/** One item of a batch: either the write to perform, or the error that prevents it. */
type BatchItem<Result> =
  | { readonly entityId: string; readonly decide: Decide<Result> }
  | { readonly entityId: string; readonly error: NgsiLdError };

/** The outcome of each item, in the order of the batch. */
type BatchOutcome<Result> =
  | { readonly entityId: string; readonly result: Result }
  | { readonly entityId: string; readonly error: NgsiLdError };

/**
 * Writes a batch (5.6.7 to 5.6.10, 5.6.20). Each item is written independently: one that fails does not affect the
 * others. Items of the same entity are written in order.
 *
 * @throws any error that is not caused by an item, for example an unavailable database
 */
export async function writeBatch<Result>(
  lane: AuthorizedLane,
  caller: Caller,
  items: readonly BatchItem<Result>[],
): Promise<BatchOutcome<Result>[]> {
  const writes = items.filter((item) => 'decide' in item);
  const outcomes = await lane.writeAll(caller, writes);
  let next = 0;
  return items.map((item) => {
    if ('error' in item) return item;
    const outcome = outcomes[next++];
    if (outcome === undefined || 'error' in outcome)
      return { entityId: item.entityId, error: asNgsiLdError(outcome?.error) };
    return { entityId: item.entityId, result: outcome.result };
  });
}

function asNgsiLdError(error: unknown): NgsiLdError {
  if (error instanceof NgsiLdError) return error;
  throw error;
}

/** The failure of an item that can't be read, with its id as sent, or '' if it has none. */
export function failedItem(item: unknown, error: unknown): { entityId: string; error: NgsiLdError } {
  const id = isJsonObject(item) ? (item.id ?? item['@id'] ?? '') : item;
  return { entityId: typeof id === 'string' ? id : JSON.stringify(id), error: asNgsiLdError(error) };
}
