import { randomUUID } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import { conflict, missing } from '@alzette/kit/problems';
import type { GivenItem } from '../contract/documents.ts';
import type { PublishingParts } from '../parts.ts';
import { type Item, sortTime } from './item.ts';
import { dropShownPicture } from './item-pictures.ts';
import { findItem, type ItemContent, insertItem, replaceItem } from './item-rows.ts';
import { writeEntity } from './write-entities.ts';

export interface Author {
  readonly tenant: string;
  /** The author's name in the audit. */
  readonly name: string;
}

/** Stores a new item, and publishes it if it is due. @throws Problem 409: the id is in use */
export async function createItem(
  parts: PublishingParts,
  { tenant, name }: Author,
  given: GivenItem,
  more: { readonly id?: string; readonly source?: string; readonly sourceId?: string } = {},
): Promise<Item> {
  const { id = randomUUID(), ...origin } = more;
  const content = contentOf(given, new Date());
  const { kind, owner } = given;
  const item = await insertItem(parts.db, tenant, { id, kind, owner, author: name, ...content, ...origin });
  if (item === undefined) throw conflict(`The item ${id} already exists`, 'taken');
  await afterChange(parts, { tenant, name }, item, 'publishing.create');
  return item;
}

/**
 * Replaces the version of an item that the author has seen.
 *
 * @param also runs in the same transaction
 * @throws Problem 404, 409
 */
export async function updateItem(
  parts: PublishingParts,
  { tenant, name }: Author,
  before: Item,
  given: GivenItem,
  version: number,
  also: (tx: Queryable) => Promise<void> = async () => {},
): Promise<Item> {
  const content = contentOf(given, before.publishAt);
  const item = await parts.db.transaction(async (tx) => {
    const replaced = await replaceItem(tx, tenant, before.id, version, content);
    if (replaced !== undefined) await also(tx);
    return replaced;
  });
  if (item === undefined) {
    const current = await findItem(parts.db, tenant, before.id);
    if (current === undefined) throw missing('item', before.id);
    throw conflict(
      `The item ${before.id} was changed in the meantime: you have version ${version}, it is ${current.version}`,
      'changed',
    );
  }
  await afterChange(parts, { tenant, name }, item, 'publishing.update');
  if (before.document.image?.file !== item.document.image?.file) await dropShownPicture(parts, tenant, before);
  return item;
}

function contentOf({ document, state = 'draft', publishAt, expiresAt }: GivenItem, otherwise: Date): ItemContent {
  const at = publishAt === undefined ? otherwise : new Date(publishAt);
  return {
    document,
    state,
    publishAt: at,
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt) }),
    sortAt: sortTime(document, at),
  };
}

async function afterChange(parts: PublishingParts, { tenant, name }: Author, item: Item, action: string) {
  if (item.document.image !== undefined) await parts.images?.keep(tenant, item.document.image.file);
  try {
    await writeEntity(parts, tenant, item);
  } catch (error) {
    // The item is stored, and the loop writes its entity later.
    parts.logger.warn({ err: error, item: item.id }, 'could not write the entity of an item; will retry');
  }
  parts.wake();
  await parts.audit.append({
    actor: name,
    action,
    object: item.id,
    tenant,
    outcome: 'done',
    details: { kind: item.kind, owner: item.owner, state: item.state, version: item.version },
  });
}
