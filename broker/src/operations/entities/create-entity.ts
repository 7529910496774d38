import type { Decide } from '../../entities/write-lane/write-lane.ts';
import { documentWrite, partOf } from '../../federation/write/entity-writes.ts';
import { wholeEntity } from '../../model/change-entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { WholeEntity } from '../../model/parse/parse-entity.ts';
import type { JsonObject } from '../../model/values.ts';
import type { EntityOperation } from '../entity-operation.ts';

export interface EntityInput {
  readonly entity: WholeEntity;
  /** The document from which `entity` was parsed. */
  readonly document: JsonObject;
}

/**
 * Create Entity (5.6.1).
 *
 * @throws NgsiLdError AlreadyExists: the tenant has an entity of this id
 */
export function createEntity({ entity, document }: EntityInput): EntityOperation<void> {
  const { id, types } = entity;
  return {
    name: 'createEntity',
    id,
    decide(left) {
      const part = partOf(entity, left);
      const decide: Decide<void> = (before, at) => {
        if (before !== undefined) throw new NgsiLdError('AlreadyExists', `Entity ${id} already exists`);
        return { after: wholeEntity(part, undefined, at), result: undefined };
      };
      return Object.assign(decide, { expectsNewEntity: true });
    },
    remote: (context) => documentWrite({ method: 'POST', path: '/entities', id, types, document, context }),
  };
}
