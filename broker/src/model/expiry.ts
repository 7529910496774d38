import type { AttributeInstance, Attributes, Entity } from './entity.ts';

/** Whether the time has passed. DateTimes of 4.6.3 have varying fractions, so they are compared as times. */
export function hasExpired(expiresAt: string | undefined, at: string): boolean {
  return expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(at);
}

/** The entity without expired attributes and sub-attributes (4.22); the same object if nothing has expired. */
export function withoutExpired(entity: Entity, at: string): Entity {
  const attributes = alive(entity.attributes, at);
  return attributes === entity.attributes ? entity : { ...entity, attributes };
}

function alive(attributes: Attributes, at: string): Attributes {
  let changed = false;
  for (const name in attributes) {
    if (aliveInstances(attributes[name] as readonly AttributeInstance[], at) !== attributes[name]) changed = true;
  }
  if (!changed) return attributes;

  const result: Record<string, readonly AttributeInstance[]> = {};
  for (const name in attributes) {
    const instances = aliveInstances(attributes[name] as readonly AttributeInstance[], at);
    if (instances.length > 0) result[name] = instances;
  }
  return result;
}

function aliveInstances(instances: readonly AttributeInstance[], at: string): readonly AttributeInstance[] {
  let changed = false;
  for (const instance of instances) {
    if (hasExpired(instance.expiresAt, at)) changed = true;
    else if (instance.attributes !== undefined && alive(instance.attributes, at) !== instance.attributes)
      changed = true;
  }
  if (!changed) return instances;
  return instances
    .filter((instance) => !hasExpired(instance.expiresAt, at))
    .map((instance) =>
      instance.attributes === undefined ? instance : { ...instance, attributes: alive(instance.attributes, at) },
    );
}
