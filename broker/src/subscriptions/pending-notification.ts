import { type Visibility, visibleEntity, visibleNames } from '../access/visibility.ts';
import type { AttributeChange, EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import type { Mutable } from '../model/mutable.ts';
import type { PendingNotification, RemovedInstance } from '../model/pending-notification.ts';
import { type SubscriptionRule, TRIGGER } from './rule.ts';

/** The outbox content for subscriptions that only need the entity as it is now. All of them share one object. */
export function plainNotification(change: EntityChange): PendingNotification {
  const { at, after, hops, request, trace } = change;
  // One of the two entities exists.
  const plain: Mutable<PendingNotification> =
    after !== undefined ? { at, entity: after } : { at, entity: bare(change.before as Entity), deleted: true };
  if (hops !== undefined) plain.hops = hops;
  if (request !== undefined) plain.request = request;
  if (trace !== undefined) plain.trace = trace;
  return plain;
}

/**
 * The outbox content for one subscription (5.8.6): with removed attributes, and with previous values if `showChanges`
 * is set.
 *
 * @param change the change as visible to the owner of the subscription
 *
 * @param whole the complete change
 */
export function pendingFor(
  rule: SubscriptionRule,
  change: EntityChange,
  plain: PendingNotification,
  whole = change,
): PendingNotification {
  const { showChanges } = rule.notification;
  const removed = removedInstances(rule, change);
  // What the owner may see is decided when the notification is sent.
  const isDecidedLater = (rule.linkedQ !== undefined || rule.owner !== undefined) && change.after === undefined;
  if (removed.length === 0 && !showChanges && !isDecidedLater) return plain;
  const pending: Mutable<PendingNotification> = { ...plain };
  if (removed.length > 0) pending.removed = removed;
  if (isDecidedLater) pending.asBefore = whole.before as Entity; // a deleted entity has a previous state
  if (showChanges) {
    const changed = change.attributes.filter(({ before }) => before !== undefined);
    pending.previous = changed.map(({ name, before }) => ({ name, instance: before as NonNullable<typeof before> }));
  }
  return pending;
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
export function visiblePart(visibility: Visibility, pending: PendingNotification): PendingNotification | undefined {
  if (visibility === 'all') return pending;
  const names = visibleNames(visibility, pending.asBefore ?? pending.entity);
  const others = pending.more?.flatMap((entity) => visibleEntity(visibility, entity) ?? []);
  const [first, ...more] = others ?? [];
  const entity = pending.asBefore ? pending.entity : visibleEntity(visibility, pending.entity);
  if (entity === undefined || names === undefined) {
    if (first === undefined) return undefined;
    const { at, hops, trace } = pending;
    return { at, ...(hops !== undefined && { hops }), ...(trace !== undefined && { trace }), entity: first, more };
  }
  const isShown = ({ name }: { readonly name: string }) => names === 'all' || names(name);
  const { asBefore, removed, previous } = pending;
  return {
    ...pending,
    entity,
    ...(asBefore && { asBefore: visibleEntity(visibility, asBefore) as Entity }), // its types are visible
    ...(others && { more: others }),
    ...(removed && { removed: removed.filter(isShown) }),
    ...(previous && { previous: previous.filter(isShown) }),
  };
}
