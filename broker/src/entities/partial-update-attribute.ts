import { existingInstance, removeInstance, withAttributes } from '../model/change-entity.ts';
import type { AttributeInstance, Entity } from '../model/entity.ts';
import type { InstanceFragment } from '../model/fragment.ts';
import { partiallyUpdated } from '../model/merge-entity.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import { existingEntity } from './existing-entity.ts';
import type { Decide } from './write-lane/write-lane.ts';

/**
 * Partial Attribute Update (5.6.4). The given members replace those of the instance; an NGSI-LD Null value deletes it.
 *
 * @throws NgsiLdError ResourceNotFound: no such entity, attribute or instance; BadRequestData: another attribute type
 */
export function partialUpdateAttribute(
  entityId: string,
  name: string,
  fragment: InstanceFragment,
  selection?: TypeSelection,
): Decide<void> {
  return (stored, at) => {
    const before = existingEntity(stored, entityId, selection, at);
    const target = existingInstance(before, name, fragment.datasetId);
    if (fragment.deleted) return { after: withoutInstance(before, name, target, at), result: undefined };
    return {
      after: withInstance(before, name, target, partiallyUpdated(name, target, fragment, at), at),
      result: undefined,
    };
  };
}

/** A copy of the entity with one attribute instance replaced. */
export function withInstance(
  before: Entity,
  name: string,
  target: AttributeInstance,
  instance: AttributeInstance,
  at: string,
): Entity {
  const instances = (before.attributes[name] ?? []).map((other) => (other === target ? instance : other));
  return withAttributes(before, { ...before.attributes, [name]: instances }, at);
}

/** A copy of the entity without one attribute instance. */
export function withoutInstance(before: Entity, name: string, target: AttributeInstance, at: string): Entity {
  const attributes = { ...before.attributes };
  removeInstance(attributes, name, target.datasetId);
  return withAttributes(before, attributes, at);
}
