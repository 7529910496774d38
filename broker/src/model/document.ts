import type { AttributeInstance, Attributes, Entity } from './entity.ts';
import type { Mutable } from './mutable.ts';

/*
 * The stored JSON of an entity. Creation and modification times of instances and sub-attributes are mostly those of the
 * entity's creation, so they are stored only where they differ. A missing `createdAt` is that of the entity, and a
 * missing `modifiedAt` is the instance's creation.
 *
 * Measured: 1.5 instead of 2.5 KB for an entity of eleven attributes.
 */

export function documentOf(entity: Entity): string {
  return JSON.stringify({ ...entity, attributes: withoutTimes(entity.attributes, entity.createdAt) });
}

function withoutTimes(attributes: Attributes, createdAt: string): Record<string, Partial<AttributeInstance>[]> {
  const lean: Record<string, Partial<AttributeInstance>[]> = {};
  for (const name in attributes) {
    const instances = attributes[name] as readonly AttributeInstance[];
    const only = instances.length === 1 ? instances[0] : undefined;
    lean[name] = only ? [withoutItsTimes(only, createdAt)] : instances.map((one) => withoutItsTimes(one, createdAt));
  }
  return lean;
}

function withoutItsTimes(instance: AttributeInstance, entityCreatedAt: string): Partial<AttributeInstance> {
  const { type, value, createdAt, modifiedAt, datasetId, observedAt, unitCode, valueType, objectType } = instance;
  const lean: Partial<Mutable<AttributeInstance>> = { type, value };
  if (observedAt !== undefined) lean.observedAt = observedAt;
  if (unitCode !== undefined) lean.unitCode = unitCode;
  if (datasetId !== undefined) lean.datasetId = datasetId;
  if (valueType !== undefined) lean.valueType = valueType;
  if (objectType !== undefined) lean.objectType = objectType;
  if (instance.expiresAt !== undefined) lean.expiresAt = instance.expiresAt;
  if (instance.sealed !== undefined) lean.sealed = instance.sealed;
  if (createdAt !== entityCreatedAt) lean.createdAt = createdAt;
  if (modifiedAt !== createdAt) lean.modifiedAt = modifiedAt;
  // Partial, because instances may lack their times.
  if (instance.attributes !== undefined)
    lean.attributes = withoutTimes(instance.attributes, entityCreatedAt) as Attributes;
  return lean;
}

/** Parses a stored document. */
export function entityOf(document: string): Entity {
  return withTimes(JSON.parse(document) as Entity);
}

/** Restores the times that a document omits. Modifies the parsed object in place, because nobody else holds it yet. */
export function withTimes<Parsed extends Pick<Entity, 'attributes' | 'createdAt'>>(parsed: Parsed): Parsed {
  timeAll(parsed.attributes, parsed.createdAt);
  return parsed;
}

/** The same for the attributes of an entity, or of an instance, created at this time. */
export function timeAll(attributes: Attributes, createdAt: string): void {
  for (const name in attributes) {
    for (const instance of attributes[name] as Mutable<AttributeInstance>[]) {
      instance.createdAt ??= createdAt;
      instance.modifiedAt ??= instance.createdAt;
      if (instance.attributes !== undefined) timeAll(instance.attributes, createdAt);
    }
  }
}
