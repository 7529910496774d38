import type { TypeSelection } from '../query/type-selection.ts';
import { existingEntity } from './existing-entity.ts';
import type { Decide } from './write-lane/write-lane.ts';

/**
 * Delete Entity (5.6.6).
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function deleteEntity(entityId: string, selection?: TypeSelection): Decide<void> {
  return (stored, at) => {
    existingEntity(stored, entityId, selection, at);
    return { after: undefined, result: undefined };
  };
}
