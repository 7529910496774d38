import type { Entity } from '../model/entity.ts';
import type { EntityFragment } from '../model/fragment.ts';
import { type MergeOptions, mergeEntity as merged } from '../model/merge-entity.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import { existingEntity } from './existing-entity.ts';
import type { Decide } from './write-lane/write-lane.ts';

/**
 * Merge Entity (5.6.17). A simplified fragment can be read only beside what is stored: it is given as a function.
 *
 * @throws NgsiLdError ResourceNotFound; BadRequestData: the fragment doesn't fit what is stored
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
