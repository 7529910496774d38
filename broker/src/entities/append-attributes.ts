import { appendAttributes as appended, type UpdateResult } from '../model/change-entity.ts';
import type { EntityFragment } from '../model/fragment.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import { existingEntity } from './existing-entity.ts';
import type { Decide } from './write-lane/write-lane.ts';

/**
 * Append Attributes (5.6.3).
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function appendAttributes(
  entityId: string,
  fragment: EntityFragment,
  overwrite: boolean,
  selection?: TypeSelection,
): Decide<UpdateResult> {
  return (stored, at) => appended(existingEntity(stored, entityId, selection, at), fragment, overwrite, at);
}
