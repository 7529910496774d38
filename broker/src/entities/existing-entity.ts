import type { Entity } from '../model/entity.ts';
import { NgsiLdError } from '../model/errors.ts';
import { withoutExpired } from '../model/expiry.ts';
import { matchesTypes, type TypeSelection } from '../query/type-selection.ts';

/**
 * The entity that an operation on one entity is about. The `type` of such an operation is a filter (5.6): what it
 * doesn't select isn't there.
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
    throw new NgsiLdError('ResourceNotFound', `Entity ${entityId} is not of the type asked for`);
  }
  return withoutExpired(before, at);
}
