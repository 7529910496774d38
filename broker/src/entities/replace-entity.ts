import { wholeEntity } from '../model/change-entity.ts';
import type { WholeEntity } from '../model/parse/parse-entity.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import { existingEntity } from './existing-entity.ts';
import type { Decide } from './write-lane/write-lane.ts';

/**
 * Replace Entity (5.6.18). Replaces types, scopes, expiry and attributes. Never creates an entity.
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function replaceEntity(entity: WholeEntity, selection?: TypeSelection): Decide<void> {
  return (stored, at) => {
    const before = existingEntity(stored, entity.id, selection, at);
    return { after: wholeEntity(entity, before, at), result: undefined };
  };
}
