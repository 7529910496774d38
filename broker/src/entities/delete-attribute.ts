import { existingInstance, SCOPE, withAttributes } from '../model/change-entity.ts';
import { NgsiLdError } from '../model/errors.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import { existingEntity } from './existing-entity.ts';
import { withoutInstance } from './partial-update-attribute.ts';
import type { Decide } from './write-lane/write-lane.ts';

/** Which instances of an attribute to delete: all, or the one with a datasetId (undefined is the default instance). */
export type Instances = { readonly all: true } | { readonly all: false; readonly datasetId: string | undefined };

/**
 * Delete Attribute (5.6.5). The scope can be deleted like an attribute.
 *
 * @throws NgsiLdError ResourceNotFound: no such entity, attribute or instance
 */
export function deleteAttribute(
  entityId: string,
  name: string,
  instances: Instances,
  selection?: TypeSelection,
): Decide<void> {
  return (stored, at) => {
    const before = existingEntity(stored, entityId, selection, at);
    if (name === SCOPE) {
      if (before.scopes === undefined) throw new NgsiLdError('ResourceNotFound', `Entity ${entityId} has no scope`);
      const { scopes: _, ...unscoped } = before;
      return { after: { ...unscoped, modifiedAt: at }, result: undefined };
    }
    if (!instances.all) {
      const target = existingInstance(before, name, instances.datasetId);
      return { after: withoutInstance(before, name, target, at), result: undefined };
    }
    if (before.attributes[name] === undefined) {
      throw new NgsiLdError('ResourceNotFound', `Entity ${entityId} has no attribute ${name}`);
    }
    const { [name]: _, ...others } = before.attributes;
    return { after: withAttributes(before, others, at), result: undefined };
  };
}
