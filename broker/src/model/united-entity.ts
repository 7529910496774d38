import type { AttributeInstance, Entity } from './entity.ts';

/** Two parts of one entity in one; an instance that both have is taken from the second. */
export function unitedEntity(one: Entity, other: Entity): Entity {
  const attributes: Record<string, readonly AttributeInstance[]> = { ...one.attributes };
  for (const [name, instances] of Object.entries(other.attributes)) {
    const datasets = new Set(instances.map(({ datasetId }) => datasetId));
    const kept = (one.attributes[name] ?? []).filter(({ datasetId }) => !datasets.has(datasetId));
    attributes[name] = [...kept, ...instances];
  }
  return { ...one, ...other, types: [...new Set([...one.types, ...other.types])], attributes };
}
