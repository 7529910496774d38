import { wholeEntity } from '../model/change-entity.ts';
import { NgsiLdError } from '../model/errors.ts';
import type { WholeEntity } from '../model/parse/parse-entity.ts';
import type { Decide } from './write-lane/write-lane.ts';

/**
 * Create Entity (5.6.1).
 *
 * @throws NgsiLdError AlreadyExists: the tenant has an entity of this id
 */
export function createEntity(entity: WholeEntity): Decide<void> {
  const decide: Decide<void> = (before, at) => {
    if (before !== undefined) throw new NgsiLdError('AlreadyExists', `Entity ${entity.id} already exists`);
    return { after: wholeEntity(entity, undefined, at), result: undefined };
  };
  return Object.assign(decide, { expectsNewEntity: true });
}
