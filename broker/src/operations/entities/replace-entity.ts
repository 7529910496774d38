import { existingEntity } from '../../entities/existing-entity.ts';
import { documentWrite, partOf, pathOf } from '../../federation/write/entity-writes.ts';
import { wholeEntity } from '../../model/change-entity.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { EntityOperation } from '../entity-operation.ts';
import type { EntityInput } from './create-entity.ts';

interface ReplaceInput extends EntityInput {
  readonly selection?: TypeSelection | undefined;
}

/**
 * Replace Entity (5.6.18). Replaces types, scopes, expiry and attributes. Never creates an entity.
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function replaceEntity({ entity, document, selection }: ReplaceInput): EntityOperation<void> {
  const { id, types } = entity;
  return {
    name: 'replaceEntity',
    id,
    selection,
    decide: (left) => (stored, at) => ({
      after: wholeEntity(partOf(entity, left), existingEntity(stored, id, selection, at), at),
      result: undefined,
    }),
    remote: (context) =>
      documentWrite({ method: 'PUT', path: pathOf(id), id, types, document, context, selection, replacesAll: true }),
  };
}
