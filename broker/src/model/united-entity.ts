import type { AttributeInstance, Entity } from './entity.ts';

/** Combines two parts of an entity. If both have an instance, the second one is used. */
export function unitedEntity(one: Entity, other: Entity): Entity {
  const attributes: Record<string, readonly AttributeInstance[]> = { ...one.attributes };
  for (const [name, instances] of Object.entries(other.attributes)) {
    const datasets = new Set(instances.map(({ datasetId }) => datasetId));
    const kept = (one.attributes[name] ?? []).filter(({ datasetId }) => !datasets.has(datasetId));
    attributes[name] = [...kept, ...instances];
  }
  return { ...one, ...other, types: [...new Set([...one.types, ...other.types])], attributes };
}
