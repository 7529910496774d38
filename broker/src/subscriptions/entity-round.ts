import type { OutboxEntry } from '../entities/write-lane/write-lane.ts';
import type { Entity } from '../model/entity.ts';
import { withoutExpired } from '../model/expiry.ts';
import type { PendingNotification } from '../model/pending-notification.ts';
import type { EntityFilter } from '../query/entity-query.ts';
import type { SubscriptionRule } from './rule.ts';
import { subscriptionStatus } from './subscription.ts';
import { nextUuidV7 } from './uuid-v7.ts';

/** The most entities in one notification; the rest goes into further notifications. */
const PAGE = 500;

/** Finds the matching entities as far as the owner of the subscription may see them; without an owner, all. */
export type FindEntities = (
  rule: Pick<SubscriptionRule, 'tenant' | 'owner' | 'localOnly'>,
  filter: EntityFilter,
  limit: number,
  offset: number,
) => Promise<readonly Entity[]>;

/** The notifications of a subscription with a time interval: all matching entities (5.8.6). */
export async function entityRound(rule: SubscriptionRule | undefined, entities: FindEntities): Promise<OutboxEntry[]> {
  const entries: OutboxEntry[] = [];
  if (rule?.selection === undefined || subscriptionStatus(rule, Date.now()) !== 'active') return entries;
  const { tenant, id } = rule;
  const at = new Date().toISOString();
  for (let offset = 0; ; offset += PAGE) {
    const page = await entities(rule, rule.selection, PAGE, offset);
    const [entity, ...more] = page.map((each) => withoutExpired(each, at));
    if (entity !== undefined) {
      const payload = { at, entity, more } satisfies PendingNotification;
      entries.push({ id: nextUuidV7(), tenant, subscriptionId: id, entityId: '', version: 0, payload });
    }
    if (page.length < PAGE) return entries;
  }
}
