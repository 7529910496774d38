import { ofAllTenants } from '@alzette/kit/each-tenant';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { PublishingParts } from '../parts.ts';
import { countAnswers, markCounted, totalAnswers } from '../polls/answers.ts';
import { ENTITY_KINDS, entityId, entityOf } from './entity-of-item.ts';
import { type Item, isPublic } from './item.ts';
import { ITEM_COLUMNS, type ItemRow, itemOf } from './item-rows.ts';

/** Items whose entity must be written, updated or deleted. */
const IS_DUE = `
  ((state = 'ready' AND publish_at <= now() AND coalesce(expires_at > now(), true)
      AND entity_version IS DISTINCT FROM version)
    OR (entity_version IS NOT NULL AND (state <> 'ready' OR expires_at <= now() OR publish_at > now())))
  ORDER BY publish_at LIMIT $1`;
const DUE = `SELECT tenant, ${ITEM_COLUMNS} FROM publishing.item WHERE`;
const DUE_OF_ALL = `${DUE} ${IS_DUE} /* all tenants: items whose entity is to be written */`;
const DUE_OF_TENANT = `${DUE} tenant = $2 AND ${IS_DUE}`;
const TO_PUBLISH = `state = 'ready' AND entity_version IS NULL AND publish_at > now()`;
const TO_EXPIRE = 'entity_version IS NOT NULL AND expires_at > now()';
const NEXT_OF_ALL = `
  SELECT least(
    (SELECT min(publish_at) FROM publishing.item WHERE ${TO_PUBLISH}),
    (SELECT min(expires_at) FROM publishing.item WHERE ${TO_EXPIRE})) AS at
  /* all tenants: the next change */`;
const NEXT_OF_TENANT = `
  SELECT least(
    (SELECT min(publish_at) FROM publishing.item WHERE tenant = $1 AND ${TO_PUBLISH}),
    (SELECT min(expires_at) FROM publishing.item WHERE tenant = $1 AND ${TO_EXPIRE})) AS at`;
/** Only if the item has not changed since. */
const WRITTEN = `UPDATE publishing.item SET entity_version = $3 WHERE tenant = $1 AND id = $2`;
const AT_ONCE = 50;

/**
 * Writes due entities: an item becomes public with its entity, and is withdrawn by deleting it. Those of a node that is
 * away wait.
 *
 * @returns how many
 */
export async function writeDueEntities(parts: PublishingParts): Promise<number> {
  const all = { text: DUE_OF_ALL, values: [AT_ONCE] };
  const rows = await ofAllTenants<ItemRow & { tenant: string }>(parts.db, all, (tenant) => ({
    text: DUE_OF_TENANT,
    values: [AT_ONCE, tenant],
  }));
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
  const ofTenant = (tenant: string) => ({ text: NEXT_OF_TENANT, values: [tenant] });
  const rows = await ofAllTenants<{ at: Date | null }>(db, { text: NEXT_OF_ALL }, ofTenant);
  const times = rows.flatMap(({ at }) => (at === null ? [] : [at.getTime()]));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

/** Writes the entity from the present item, or deletes it. Repeated calls have no further effect. */
export async function writeEntity(parts: PublishingParts, tenant: string, item: Item): Promise<void> {
  const { db, client, publicUrl, territories } = parts;
  const context = publicUrl + ENTITY_KINDS[item.kind].contextPath;
  const isShown = isPublic(item, new Date());
  const count = async () => (item.kind === 'poll' ? countAnswers(db, tenant, item.id) : new Map<string, number>());
  const answers = await count();
  if (isShown) {
    const entity: Entity = entityOf(item, territories.of(tenant), answers);
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
