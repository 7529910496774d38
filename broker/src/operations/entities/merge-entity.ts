import { existingEntity } from '../../entities/existing-entity.ts';
import { attributesPath, documentWrite, type Left, pathOf } from '../../federation/write/entity-writes.ts';
import type { Entity } from '../../model/entity.ts';
import type { EntityFragment } from '../../model/fragment.ts';
import { type MergeOptions, mergeEntity as merged } from '../../model/merge-entity.ts';
import { parseEntityFragment } from '../../model/parse/parse-entity.ts';
import type { JsonObject } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import { documentOf } from '../attributes/attributes-input.ts';
import type { EntityOperation } from '../entity-operation.ts';

/** A parsed merge request. */
export interface EntityMerge {
  readonly id: string;
  readonly selection?: TypeSelection | undefined;
  readonly document: JsonObject;
  /**
   * The fragment for the local share. It is a function if simplified values must be interpreted with the stored entity.
   */
  fragmentOf(left: Left): EntityFragment | ((before: Entity) => EntityFragment);
  readonly options: MergeOptions;
  /** URL parameters to forward to sources. */
  readonly query?: { readonly [name: string]: string | undefined };
}

/**
 * Merge Entity (5.6.17).
 *
 * @throws NgsiLdError ResourceNotFound; BadRequestData: the fragment doesn't fit the stored entity
 */
export function mergeEntity(input: EntityMerge): EntityOperation<void> {
  const { id, selection, document, fragmentOf, options, query = {} } = input;
  return {
    name: 'mergeEntity',
    id,
    selection,
    decide: (left) => {
      const fragment = fragmentOf(left);
      return (stored, at) => {
        const before = existingEntity(stored, id, selection, at);
        const given = typeof fragment === 'function' ? fragment(before) : fragment;
        return { after: merged(before, given, options, at), result: undefined };
      };
    },
    remote: (context) => {
      const { types } =
        'type' in document ? parseEntityFragment({ type: document.type }, context, 'merge') : { types: undefined };
      const common = { method: 'PATCH', id, types, context, selection } as const;
      const update = documentWrite({ ...common, path: attributesPath(id), document: documentOf(document, id) });
      return {
        ...documentWrite({ ...common, path: pathOf(id), document, query }),
        instead: { operation: 'updateEntity', call: update.call },
      };
    },
  };
}
