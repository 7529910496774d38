import { type Visibility, visibleEntity, visibleNames } from '../access/visibility.ts';
import type { AttributeChange, EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import type { OwedNotification, RemovedInstance } from '../model/owed-notification.ts';
import { type SubscriptionRule, TRIGGER } from './rule.ts';

/** What is kept of a change for the subscriptions that want no more than the entity as it is now: one object for all. */
export function plainOwed(change: EntityChange): OwedNotification {
  const { at, after, hops, request } = change;
  const plain: OwedNotification =
    after !== undefined ? { at, entity: after } : { at, entity: bare(change.before as Entity), deleted: true }; // one of the two is there
  if (hops === undefined && request === undefined) return plain;
  return { ...plain, ...(hops !== undefined && { hops }), ...(request !== undefined && { request }) };
}

/**
 * 5.8.6: what was removed, and with `showChanges` what was there before.
 *
 * @param change as the owner of the subscription sees it
 * @param whole as it was
 */
export function owedFor(
  rule: SubscriptionRule,
  change: EntityChange,
  plain: OwedNotification,
  whole = change,
): OwedNotification {
  const { showChanges } = rule.notification;
  const removed = removedInstances(rule, change);
  // What its owner sees by then is found out as it is sent.
  const isAskedLater = (rule.linkedQ !== undefined || rule.owner !== undefined) && change.after === undefined;
  if (removed.length === 0 && !showChanges && !isAskedLater) return plain;
  const owed: { -readonly [Member in keyof OwedNotification]: OwedNotification[Member] } = { ...plain };
  if (removed.length > 0) owed.removed = removed;
  if (isAskedLater) owed.asBefore = whole.before as Entity; // what was deleted was there
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

/** What of it is visible; undefined: nothing. What was there before the change was shortened when it came. */
export function visibleOwed(visibility: Visibility, owed: OwedNotification): OwedNotification | undefined {
  if (visibility === 'all') return owed;
  const names = visibleNames(visibility, owed.asBefore ?? owed.entity);
  const others = owed.more?.flatMap((entity) => visibleEntity(visibility, entity) ?? []);
  const [first, ...more] = others ?? [];
  const entity = owed.asBefore ? owed.entity : visibleEntity(visibility, owed.entity);
  if (entity === undefined || names === undefined) {
    return first && { at: owed.at, ...(owed.hops !== undefined && { hops: owed.hops }), entity: first, more };
  }
  const isShown = ({ name }: { readonly name: string }) => names === 'all' || names(name);
  const { asBefore, removed, previous } = owed;
  return {
    ...owed,
    entity,
    ...(asBefore && { asBefore: visibleEntity(visibility, asBefore) as Entity }), // its names are known
    ...(others && { more: others }),
    ...(removed && { removed: removed.filter(isShown) }),
    ...(previous && { previous: previous.filter(isShown) }),
  };
}
