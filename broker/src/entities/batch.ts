import type { Caller } from '../access/caller.ts';
import { NgsiLdError } from '../model/errors.ts';
import type { AuthorizedLane } from './write-lane/authorized-lane.ts';
import type { Decide } from './write-lane/write-lane.ts';

/** One item of a batch: what to do, or why it can't be done. */
type BatchItem<Result> =
  | { readonly entityId: string; readonly decide: Decide<Result> }
  | { readonly entityId: string; readonly error: NgsiLdError };

/** What became of each item, in the order of the batch. */
type BatchOutcome<Result> =
  | { readonly entityId: string; readonly result: Result }
  | { readonly entityId: string; readonly error: NgsiLdError };

/**
 * Writes a batch (5.6.7 to 5.6.10, 5.6.20): each item by itself, those of one entity in order, none spoilt by another.
 *
 * @throws what is no fault of an item: the database is gone
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

/** An item that can't be read, with the id as it was sent; '' where there is none. */
export function failedItem(item: unknown, error: unknown): { entityId: string; error: NgsiLdError } {
  const id = typeof item === 'object' && item !== null ? ((item as Record<string, unknown>).id ?? '') : item;
  return { entityId: typeof id === 'string' ? id : JSON.stringify(id), error: asNgsiLdError(error) };
}
