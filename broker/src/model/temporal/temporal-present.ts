import { SCOPE } from '../change-entity.ts';
import type { AttributeInstance, Attributes, Entity } from '../entity.ts';
import { findInstance } from '../fragment.ts';
import type { Mutable } from '../mutable.ts';
import type { PastInstance } from './temporal-entity.ts';

/**
 * The current entity after instances were added to the history: an instance that is at least as recent as the current
 * one of its dataset replaces it. Always returns a new object.
 */
export function withLatest(before: Entity, past: readonly PastInstance[], at: string): Entity {
  const attributes: Record<string, readonly AttributeInstance[]> = { ...before.attributes };
  const after: Mutable<Entity> = { ...before };
  let changed = false;
  let scopeTime = '';
  for (const { name, instance } of past) {
    if (name === SCOPE) {
      const time = timeOf(instance, at);
      if (compareTimes(time, scopeTime) < 0) continue;
      scopeTime = time;
      if ('deletedAt' in instance) delete after.scopes;
      else after.scopes = instance.value as readonly string[]; // parsed as scopes
      changed = true;
      continue;
    }
    const instances = attributes[name] ?? [];
    const present = findInstance(instances, instance.datasetId);
    if (present !== undefined && compareTimes(timeOf(instance, at), timeOf(present, at)) < 0) continue;
    const others = instances.filter((other) => other !== present);
    if ('deletedAt' in instance) {
      if (present === undefined) continue;
      if (others.length === 0) delete attributes[name];
      else attributes[name] = others;
    } else {
      const replacing = present === undefined ? instance : { ...instance, createdAt: present.createdAt };
      attributes[name] = present === undefined ? [...instances, replacing] : swapped(instances, present, replacing);
    }
    changed = true;
  }
  after.attributes = attributes as Attributes;
  if (changed) after.modifiedAt = at;
  return after;
}

function swapped(
  instances: readonly AttributeInstance[],
  out: AttributeInstance,
  into: AttributeInstance,
): readonly AttributeInstance[] {
  return instances.map((instance) => (instance === out ? into : instance));
}

function timeOf(instance: AttributeInstance | PastInstance['instance'], at: string): string {
  if (instance.observedAt !== undefined) return instance.observedAt;
  return 'deletedAt' in instance ? instance.deletedAt : ((instance as AttributeInstance).modifiedAt ?? at);
}

/** DateTimes of 4.6.3 have varying fractions. */
export function compareTimes(one: string, other: string): number {
  const difference = Date.parse(one) - Date.parse(other);
  if (difference !== 0 || one === other || other === '') return difference;
  return fraction(one) - fraction(other);
}

function fraction(time: string): number {
  return Number(`0.${/\.(\d+)Z$/.exec(time)?.[1] ?? '0'}`);
}
