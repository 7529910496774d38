import type { Entity } from '../model/entity.ts';
import type { EntityFragment } from '../model/fragment.ts';
import { type MergeOptions, mergeEntity as merged } from '../model/merge-entity.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import { existingEntity } from './existing-entity.ts';
import type { Decide } from './write-lane/write-lane.ts';

/**
 * Merge Entity (5.6.17). The fragment is a function because a simplified fragment can only be interpreted together with
 * the stored entity.
 *
 * @throws NgsiLdError ResourceNotFound; BadRequestData: the fragment doesn't fit the stored entity
 */
export function mergeEntity(
  entityId: string,
  fragment: EntityFragment | ((before: Entity) => EntityFragment),
  options: MergeOptions,
  selection?: TypeSelection,
): Decide<void> {
  return (stored, at) => {
    const before = existingEntity(stored, entityId, selection, at);
    const given = typeof fragment === 'function' ? fragment(before) : fragment;
    return { after: merged(before, given, options, at), result: undefined };
  };
}
