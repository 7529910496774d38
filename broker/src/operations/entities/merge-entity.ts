import { mergeEntity as merge } from '../../entities/merge-entity.ts';
import type { WriteOutcome } from '../../federation/write/distributed-write.ts';
import { attributesPath, documentWrite, type Left, pathOf } from '../../federation/write/entity-writes.ts';
import type { Entity } from '../../model/entity.ts';
import type { EntityFragment } from '../../model/fragment.ts';
import type { MergeOptions } from '../../model/merge-entity.ts';
import { parseEntityFragment } from '../../model/parse/parse-entity.ts';
import type { JsonObject } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import { documentOf } from '../attributes/attributes-document.ts';
import type { OperationRequest, WriteParts } from '../operation-request.ts';
import { writeEverywhere } from '../write-everywhere.ts';

/** A parsed merge request. */
export interface EntityMerge {
  readonly document: JsonObject;
  /**
   * The fragment for the local share. It is a function if simplified values must be interpreted with the stored entity.
   */
  fragmentOf(left: Left): EntityFragment | ((before: Entity) => EntityFragment);
  readonly options: MergeOptions;
  /** URL parameters to forward to sources. */
  readonly query?: { readonly [name: string]: string | undefined };
}

/** Merge Entity (5.6.17). @throws NgsiLdError ResourceNotFound */
export function mergeEntity(
  parts: WriteParts,
  request: OperationRequest,
  id: string,
  { document, fragmentOf, options, query = {} }: EntityMerge,
  selection?: TypeSelection,
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const local = (left: Left) => parts.lane.write(caller, id, merge(id, fragmentOf(left), options, selection));
  return writeEverywhere(parts, request, 'mergeEntity', local, () => {
    const { types } =
      'type' in document ? parseEntityFragment({ type: document.type }, context, 'merge') : { types: undefined };
    const write = { operation: 'mergeEntity', method: 'PATCH', path: pathOf(id) } as const;
    const common = { id, types, context, selection, local };
    const update = { operation: 'updateEntity', method: 'PATCH', path: attributesPath(id) } as const;
    return {
      ...documentWrite({ ...write, ...common, document, query }),
      instead: documentWrite({ ...update, ...common, document: documentOf(document, id) }),
    };
  });
}
