import type { AttributeInstance, Entity } from '../../model/entity.ts';
import type { EntityQuery } from '../entity-query.ts';
import { shows } from './projection.ts';

/** Reduces an entity to the requested attributes and instances. Returns the same object if nothing is removed. */
export function projectedEntity(
  entity: Entity,
  { projection, datasetIds }: Pick<EntityQuery, 'projection' | 'datasetIds'>,
): Entity {
  if (projection === undefined && datasetIds === undefined) return entity;
  const attributes: Record<string, readonly AttributeInstance[]> = {};
  for (const [name, instances] of Object.entries(entity.attributes)) {
    if (projection !== undefined && !shows(projection, name)) continue;
    const kept = instances.filter(({ datasetId = '@none' }) => datasetIds?.includes(datasetId) ?? true);
    if (kept.length > 0) attributes[name] = kept;
  }
  const { scopes, ...others } = entity;
  const showsScopes = projection === undefined || shows(projection, 'scope');
  return { ...others, attributes, ...(scopes && showsScopes && { scopes }) };
}
