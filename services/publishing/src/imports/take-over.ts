import { randomUUID } from 'node:crypto';
import type { ImportOutcome } from '../contract/feeds.ts';
import { type Item, sortTime } from '../items/item.ts';
import { insertItem, itemsOfSource, replaceItem } from '../items/item-rows.ts';
import type { Author } from '../items/save-item.ts';
import type { PublishingParts } from '../parts.ts';
import type { Imported, ReadResult } from './imported.ts';

interface ImportTarget {
  /** Identifies the source, so that its items are found again. */
  readonly source: string;
  /** A commune's slug; '' stands for the community. */
  readonly owner: string;
  /** `draft`: an agent reviews it first. */
  readonly state: 'draft' | 'ready';
}

/**
 * Stores imported items: creates new ones and replaces changed ones. Items that an agent has withdrawn stay withdrawn.
 */
export async function takeOver(
  parts: PublishingParts,
  author: Author,
  target: ImportTarget,
  { items, rejected }: ReadResult,
): Promise<ImportOutcome> {
  const { db } = parts;
  const { tenant } = author;
  const known = await itemsOfSource(
    db,
    tenant,
    target.source,
    items.map(({ sourceId }) => sourceId),
  );
  const counts = { created: 0, updated: 0, unchanged: 0 };
  for (const item of items) counts[await takeOne(parts, author, target, item, known.get(item.sourceId))] += 1;
  parts.wake();
  return { ...counts, rejected: rejected.slice(0, 100) };
}

async function takeOne(
  { db }: PublishingParts,
  { tenant, name }: Author,
  { source, owner, state }: ImportTarget,
  { kind, sourceId, document, publishAt, expiresAt }: Imported,
  before: Item | undefined,
): Promise<'created' | 'updated' | 'unchanged'> {
  const at = publishAt === undefined ? (before?.publishAt ?? new Date()) : new Date(publishAt);
  const content = {
    document,
    publishAt: at,
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }),
    sortAt: sortTime(document, at),
  };
  if (before === undefined) {
    const id = randomUUID();
    await insertItem(db, tenant, { id, kind, owner, author: name, source, sourceId, state, ...content });
    return 'created';
  }
  if (sameDocument(before.document, document)) return 'unchanged';
  await replaceItem(db, tenant, before.id, before.version, { ...content, state: before.state });
  return 'updated';
}

/** The database sorts the members of a document, so the comparison ignores their order. */
function sameDocument(a: object, b: object): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
