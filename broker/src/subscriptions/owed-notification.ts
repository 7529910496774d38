import type { AttributeChange, EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import type { OwedNotification, RemovedInstance } from '../model/owed-notification.ts';
import { type SubscriptionRule, TRIGGER } from './rule.ts';

/** What is kept of a change for the subscriptions that want no more than the entity as it is now: one object for all. */
export function plainOwed(change: EntityChange): OwedNotification {
  if (change.after !== undefined) return { at: change.at, entity: change.after };
  return { at: change.at, entity: bare(change.before as Entity), deleted: true }; // one of the two is there
}

/** 5.8.6: what was removed, and with `showChanges` what was there before. */
export function owedFor(rule: SubscriptionRule, change: EntityChange, plain: OwedNotification): OwedNotification {
  const { showChanges } = rule.notification;
  const removed = removedInstances(rule, change);
  const isAskedLater = rule.linkedQ !== undefined && change.after === undefined;
  if (removed.length === 0 && !showChanges && !isAskedLater) return plain;
  const owed: { -readonly [Member in keyof OwedNotification]: OwedNotification[Member] } = { ...plain };
  if (removed.length > 0) owed.removed = removed;
  if (isAskedLater) owed.asBefore = change.before as Entity; // what was deleted was there
  if (showChanges) {
    const changed = change.attributes.filter(({ before }) => before !== undefined);
    owed.previous = changed.map(({ name, before }) => ({ name, instance: before as NonNullable<typeof before> }));
  }
  return owed;
}

function bare({ id, types, createdAt, modifiedAt }: Entity): Entity {
  return { id, types, createdAt, modifiedAt, attributes: {} };
}

function removedInstances(rule: SubscriptionRule, change: EntityChange): RemovedInstance[] {
  const entityDeleted = change.after === undefined;
  const asked = (rule.triggers & TRIGGER.attributeDeleted) !== 0 || (entityDeleted && rule.notification.showChanges);
  if (!asked) return [];
  const watched = rule.notification.showChanges && entityDeleted ? undefined : rule.watchedAttributes;
  const removed: RemovedInstance[] = [];
  for (const attribute of change.attributes) {
    if (attribute.kind !== 'attributeDeleted') continue;
    if (watched !== undefined && !watched.has(attribute.name)) continue;
    removed.push(removedInstance(attribute));
  }
  return removed;
}

function removedInstance({ name, datasetId, before }: AttributeChange): RemovedInstance {
  const { type, createdAt, modifiedAt } = before as NonNullable<typeof before>; // a deletion has it
  return { name, type, createdAt, modifiedAt, ...(datasetId !== undefined && { datasetId }) };
}
