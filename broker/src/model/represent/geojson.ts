import type { AttributeInstance, Entity } from '../entity.ts';
import { findInstance } from '../fragment.ts';
import type { NameCompactor } from '../names.ts';
import { type Representation, representEntity } from './represent.ts';

/** The default GeoProperty for the geometry of a Feature (4.5.16). */
export const LOCATION = 'https://uri.etsi.org/ngsi-ld/location';

/** An entity as a GeoJSON Feature (4.5.16, 4.5.17), without @context; undefined if the projection leaves nothing. */
export function representFeature(
  entity: Entity,
  names: NameCompactor,
  how: Representation,
  geometryProperty: string,
): Record<string, unknown> | undefined {
  const properties = representEntity(entity, names, how);
  if (properties === undefined) return undefined;
  delete properties.id;
  return { id: entity.id, type: 'Feature', geometry: geometryOf(entity, geometryProperty, how), properties };
}

function geometryOf(entity: Entity, name: string, { datasetIds }: Representation): unknown {
  const instances = entity.attributes[name];
  const chosen =
    datasetIds === undefined
      ? defaultOrOnly(instances)
      : defaultOrOnly(instances?.filter(({ datasetId }) => datasetIds.has(datasetId)));
  return chosen?.type === 'GeoProperty' ? chosen.value : null;
}

function defaultOrOnly(instances: readonly AttributeInstance[] | undefined): AttributeInstance | undefined {
  return findInstance(instances, undefined) ?? (instances?.length === 1 ? instances[0] : undefined);
}
