import type { EntityChange } from '../model/change.ts';
import { SCOPE } from '../model/change-entity.ts';
import type { Entity } from '../model/entity.ts';
import { matchesTypes } from '../query/type-selection.ts';
import { ATTRIBUTE_TRIGGERS, type Selector, type SubscriptionRule, TRIGGER } from './rule.ts';

/**
 * Whether a change triggers a notification of this subscription (5.8.6). Tests the trigger, then the entity, then the
 * filters.
 */
export function matchesChange(rule: SubscriptionRule, change: EntityChange): boolean {
  const entity = change.after ?? change.before;
  if (entity === undefined || !isTriggered(rule, change, entity)) return false;
  if (rule.selectors !== undefined && !rule.selectors.some((selector) => selects(selector, entity))) return false;
  return rule.matches === undefined || rule.matches(entity);
}

function isTriggered(rule: SubscriptionRule, change: EntityChange, entity: Entity): boolean {
  const { triggers, watchedAttributes: watched } = rule;
  if (change.before === undefined && triggers & TRIGGER.entityCreated && concerns(rule, entity)) return true;
  if (change.after === undefined && triggers & TRIGGER.entityDeleted && concerns(rule, entity)) return true;
  if ((triggers & ATTRIBUTE_TRIGGERS) === 0) return false;
  for (const { kind, name } of change.attributes) {
    if (triggers & TRIGGER[kind] && (watched === undefined || watched.has(name))) return true;
  }
  return (triggers & TRIGGER.attributeUpdated) !== 0 && scopeChanged(change) && (watched?.has(SCOPE) ?? true);
}

/** If the subscription names attributes, the entity must have one of them. */
function concerns({ triggers, watchedAttributes }: SubscriptionRule, entity: Entity): boolean {
  if (watchedAttributes === undefined || (triggers & ATTRIBUTE_TRIGGERS) === 0) return true;
  for (const name of watchedAttributes) if (Object.hasOwn(entity.attributes, name)) return true;
  return false;
}

/** The scope is not an attribute, but an entity whose scope changes counts as updated. */
function scopeChanged({ before, after }: EntityChange): boolean {
  if (before === undefined || after === undefined || before.scopes === after.scopes) return false;
  return String(before.scopes) !== String(after.scopes);
}

/** 5.2.33: `id` takes precedence over `idPattern`. */
function selects({ types, ids, idPattern }: Selector, entity: Entity): boolean {
  if (ids !== undefined) {
    if (!ids.has(entity.id)) return false;
  } else if (idPattern !== undefined && !idPattern.test(entity.id)) return false;
  return matchesTypes(types, entity.types);
}
