import { existingEntity } from '../../entities/existing-entity.ts';
import { attributeWrite } from '../../federation/write/entity-writes.ts';
import { existingInstance, withInstance } from '../../model/change-entity.ts';
import { stampInstance } from '../../model/fragment.ts';
import type { EntityOperation } from '../entity-operation.ts';
import type { AttributeInput } from './attributes-input.ts';

/**
 * Replace Attribute (5.6.19). Replaces a whole instance, also by another attribute type. Never creates one.
 *
 * @throws NgsiLdError ResourceNotFound: no such entity, attribute or instance
 */
export function replaceAttribute({ id, name, selection, fragment, body }: AttributeInput): EntityOperation<void> {
  return {
    name: 'replaceAttrs',
    id,
    selection,
    decide: () => (stored, at) => {
      const before = existingEntity(stored, id, selection, at);
      const target = existingInstance(before, name, fragment.datasetId);
      return { after: withInstance(before, name, target, stampInstance(fragment, at, target), at), result: undefined };
    },
    remote: (context) => attributeWrite({ method: 'PUT', id, name, body, context, selection }),
  };
}
