import type { Queryable } from '@alzette/kit/database';
import { checkItem } from '../items/check-item.ts';
import type { Item } from '../items/item.ts';
import { type Author, updateItem } from '../items/save-item.ts';
import type { PublishingParts } from '../parts.ts';
import { type Changes, changedDocument, proposedFile } from './entry.ts';

/**
 * Changes an item as its keeper proposes; its state and period stay.
 *
 * @param more `also` runs in the same transaction
 * @throws Problem 400, 404, 409
 */
export async function publishChanges(
  parts: PublishingParts,
  author: Author,
  item: Item,
  version: number,
  changes: Changes,
  { also }: { readonly also: (tx: Queryable) => Promise<void> },
): Promise<Item> {
  const { kind, owner, state, publishAt, expiresAt } = item;
  const given = {
    ...{ kind, owner, state, publishAt: publishAt.toISOString() },
    ...(expiresAt !== undefined && { expiresAt: expiresAt.toISOString() }),
    document: changedDocument(item.document, changes),
  };
  checkItem(given, parts.territories.of(author.tenant));
  const file = proposedFile(changes);
  if (file !== undefined) await parts.images?.publish(author.tenant, file);
  return updateItem(parts, author, item, given, version, also);
}
