import { type Visibility, visibleEntity, visibleNames } from '../access/visibility.ts';
import type { AttributeChange, EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import type { OwedNotification, RemovedInstance } from '../model/owed-notification.ts';
import { type SubscriptionRule, TRIGGER } from './rule.ts';

/** The outbox content for subscriptions that only need the entity as it is now. All of them share one object. */
export function plainOwed(change: EntityChange): OwedNotification {
  const { at, after, hops, request } = change;
  const plain: OwedNotification =
    after !== undefined ? { at, entity: after } : { at, entity: bare(change.before as Entity), deleted: true }; // one of the two exists
  if (hops === undefined && request === undefined) return plain;
  return { ...plain, ...(hops !== undefined && { hops }), ...(request !== undefined && { request }) };
}

/**
 * The outbox content for one subscription (5.8.6): with removed attributes, and with previous values if `showChanges`
 * is set.
 *
 * @param change the change as visible to the owner of the subscription
 *
 * @param whole the complete change
 */
export function owedFor(
  rule: SubscriptionRule,
  change: EntityChange,
  plain: OwedNotification,
  whole = change,
): OwedNotification {
  const { showChanges } = rule.notification;
  const removed = removedInstances(rule, change);
  // What the owner may see is decided when the notification is sent.
  const isAskedLater = (rule.linkedQ !== undefined || rule.owner !== undefined) && change.after === undefined;
  if (removed.length === 0 && !showChanges && !isAskedLater) return plain;
  const owed: { -readonly [Member in keyof OwedNotification]: OwedNotification[Member] } = { ...plain };
  if (removed.length > 0) owed.removed = removed;
  if (isAskedLater) owed.asBefore = whole.before as Entity; // a deleted entity has a previous state
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

/**
 * The visible part; undefined if nothing is visible. The previous values were already filtered when the change
 * happened.
 */
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
    ...(asBefore && { asBefore: visibleEntity(visibility, asBefore) as Entity }), // its types are visible
    ...(others && { more: others }),
    ...(removed && { removed: removed.filter(isShown) }),
    ...(previous && { previous: previous.filter(isShown) }),
  };
}
