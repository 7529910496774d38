import { existingInstance } from '../model/change-entity.ts';
import { type InstanceFragment, stampInstance } from '../model/fragment.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import { existingEntity } from './existing-entity.ts';
import { withInstance } from './partial-update-attribute.ts';
import type { Decide } from './write-lane/write-lane.ts';

/**
 * Replace Attribute (5.6.19). Replaces a whole instance, also by another attribute type. Never creates one.
 *
 * @throws NgsiLdError ResourceNotFound: no such entity, attribute or instance
 */
export function replaceAttribute(
  entityId: string,
  name: string,
  fragment: InstanceFragment,
  selection?: TypeSelection,
): Decide<void> {
  return (stored, at) => {
    const before = existingEntity(stored, entityId, selection, at);
    const target = existingInstance(before, name, fragment.datasetId);
    return { after: withInstance(before, name, target, stampInstance(fragment, at, target), at), result: undefined };
  };
}
