import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { PublishingParts } from '../parts.ts';
import { countAnswers, markCounted, totalAnswers } from '../polls/answers.ts';
import { ENTITY_KINDS, entityId, entityOf } from './entity-of-item.ts';
import { type Item, isPublic } from './item.ts';
import { ITEM_COLUMNS, type ItemRow, itemOf } from './item-rows.ts';

/** Items whose entity must be written, updated or deleted. */
const DUE = `
  SELECT tenant, ${ITEM_COLUMNS} FROM publishing.item
  WHERE (state = 'ready' AND publish_at <= now() AND coalesce(expires_at > now(), true)
      AND entity_version IS DISTINCT FROM version)
    OR (entity_version IS NOT NULL AND (state <> 'ready' OR expires_at <= now() OR publish_at > now()))
  ORDER BY publish_at LIMIT $1 /* all tenants: items whose entity is to be written */`;
const NEXT = `
  SELECT least(
    (SELECT min(publish_at) FROM publishing.item WHERE state = 'ready' AND entity_version IS NULL AND publish_at > now()),
    (SELECT min(expires_at) FROM publishing.item WHERE entity_version IS NOT NULL AND expires_at > now())) AS at
  /* all tenants: the next change */`;
/** Only if the item has not changed since. */
const WRITTEN = `UPDATE publishing.item SET entity_version = $3 WHERE tenant = $1 AND id = $2`;
const AT_ONCE = 50;

/** Writes due entities: an item becomes public with its entity, and is withdrawn by deleting it. @returns how many */
export async function writeDueEntities(parts: PublishingParts): Promise<number> {
  const { rows } = await parts.db.query<ItemRow & { tenant: string }>({ text: DUE, values: [AT_ONCE] });
  let done = 0;
  for (const row of rows) {
    const item = itemOf(row);
    try {
      await writeEntity(parts, row.tenant, item);
      done += 1;
    } catch (error) {
      parts.logger.error({ err: error, item: item.id }, 'could not write the entity of an item');
    }
  }
  return done;
}

/** The next time at which an item becomes public or expires. */
export async function nextChange({ db }: Pick<PublishingParts, 'db'>): Promise<Date | undefined> {
  return (await db.query<{ at: Date | null }>({ text: NEXT })).rows[0]?.at ?? undefined;
}

/** Writes the entity from the present item, or deletes it. Repeated calls have no further effect. */
export async function writeEntity(parts: PublishingParts, tenant: string, item: Item): Promise<void> {
  const { db, client, publicUrl, territory } = parts;
  const context = publicUrl + ENTITY_KINDS[item.kind].contextPath;
  const isShown = isPublic(item, new Date());
  const count = async () => (item.kind === 'poll' ? countAnswers(db, tenant, item.id) : new Map<string, number>());
  const answers = await count();
  if (isShown) {
    const entity: Entity = entityOf(item, territory, answers);
    const { errors } = await client.batchUpsert([entity], { tenant, context });
    const [refusal] = errors;
    if (refusal !== undefined) throw new Error(`${refusal.entityId}: ${refusal.error.title}: ${refusal.error.detail}`);
  } else if (item.entityVersion !== undefined) {
    await deleteIfThere(parts, tenant, item, context);
  }
  await db.query({ text: WRITTEN, values: [tenant, item.id, isShown ? item.version : null] });
  // An answer between the count and this point is not in the entity yet.
  if (isShown && totalAnswers(await count()) !== totalAnswers(answers)) {
    await markCounted(db, tenant, item.id);
    parts.wake();
  }
}

async function deleteIfThere({ client }: PublishingParts, tenant: string, item: Item, context: string): Promise<void> {
  const existing = await client.retrieveEntity(entityId(item), { tenant, context });
  if (existing !== undefined) await client.deleteEntity(entityId(item), { tenant, context });
}
