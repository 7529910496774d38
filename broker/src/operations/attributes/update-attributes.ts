import { existingEntity } from '../../entities/existing-entity.ts';
import { attributesPath, documentWrite, partOf } from '../../federation/write/entity-writes.ts';
import { type UpdateResult, updateAttributes as updated } from '../../model/change-entity.ts';
import type { EntityOperation } from '../entity-operation.ts';
import { type AttributesInput, documentOf } from './attributes-input.ts';

/** Update Attributes (5.6.2). @throws NgsiLdError ResourceNotFound */
export function updateAttributes({
  id,
  selection,
  fragment,
  document,
}: AttributesInput): EntityOperation<UpdateResult> {
  return {
    name: 'updateEntity',
    id,
    selection,
    decide: (left) => (stored, at) => updated(existingEntity(stored, id, selection, at), partOf(fragment, left), at),
    remote: (context) => {
      const { types } = fragment;
      const body = documentOf(document, id);
      return documentWrite({
        method: 'PATCH',
        path: attributesPath(id),
        id,
        types,
        document: body,
        context,
        selection,
      });
    },
  };
}
