import { type UpdateResult, updateAttributes as updated } from '../model/change-entity.ts';
import type { EntityFragment } from '../model/fragment.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import { existingEntity } from './existing-entity.ts';
import type { Decide } from './write-lane/write-lane.ts';

/**
 * Update Attributes (5.6.2).
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function updateAttributes(
  entityId: string,
  fragment: EntityFragment,
  selection?: TypeSelection,
): Decide<UpdateResult> {
  return (stored, at) => updated(existingEntity(stored, entityId, selection, at), fragment, at);
}
