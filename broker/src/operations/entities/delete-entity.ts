import { existingEntity } from '../../entities/existing-entity.ts';
import { pathOf, wholeWrite } from '../../federation/write/entity-writes.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { EntityOperation } from '../entity-operation.ts';

/** Delete Entity (5.6.6). @throws NgsiLdError ResourceNotFound */
export function deleteEntity(id: string, selection?: TypeSelection): EntityOperation<void> {
  return {
    name: 'deleteEntity',
    id,
    selection,
    decide: () => (stored, at) => {
      existingEntity(stored, id, selection, at);
      return { after: undefined, result: undefined };
    },
    remote: (context) => wholeWrite({ method: 'DELETE', path: pathOf(id), id, context, selection }),
  };
}
