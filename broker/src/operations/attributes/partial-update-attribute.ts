import { existingEntity } from '../../entities/existing-entity.ts';
import { attributeWrite } from '../../federation/write/entity-writes.ts';
import { existingInstance, withInstance, withoutInstance } from '../../model/change-entity.ts';
import { partiallyUpdated } from '../../model/merge-entity.ts';
import type { EntityOperation } from '../entity-operation.ts';
import type { AttributeInput } from './attributes-input.ts';

/**
 * Partial Attribute Update (5.6.4). The given members replace those of the instance; an NGSI-LD Null value deletes it.
 *
 * @throws NgsiLdError ResourceNotFound: no such entity, attribute or instance; BadRequestData: another attribute type
 */
export function partialUpdateAttribute({ id, name, selection, fragment, body }: AttributeInput): EntityOperation<void> {
  return {
    name: 'updateAttrs',
    id,
    selection,
    decide: () => (stored, at) => {
      const before = existingEntity(stored, id, selection, at);
      const target = existingInstance(before, name, fragment.datasetId);
      const after = fragment.deleted
        ? withoutInstance(before, name, target, at)
        : withInstance(before, name, target, partiallyUpdated(name, target, fragment, at), at);
      return { after, result: undefined };
    },
    remote: (context) => attributeWrite({ method: 'PATCH', id, name, body, context, selection }),
  };
}
