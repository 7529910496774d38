import type { Entity } from '../model/entity.ts';
import { NgsiLdError } from '../model/errors.ts';
import { withoutExpired } from '../model/expiry.ts';
import { matchesTypes, type TypeSelection } from '../query/type-selection.ts';

/**
 * Returns the entity that an operation on one entity addresses. The `type` of such an operation is a filter (5.6): an
 * entity of another type counts as not found.
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function existingEntity(
  before: Entity | undefined,
  entityId: string,
  selection: TypeSelection | undefined,
  at: string,
): Entity {
  if (before === undefined) throw new NgsiLdError('ResourceNotFound', `There is no entity ${entityId}`);
  if (selection !== undefined && !matchesTypes(selection, before.types)) {
    throw new NgsiLdError('ResourceNotFound', `Entity ${entityId} does not have the requested type`);
  }
  return withoutExpired(before, at);
}
