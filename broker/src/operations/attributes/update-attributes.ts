import { updateAttributes as update } from '../../entities/update-attributes.ts';
import type { WriteOutcome } from '../../federation/write/distributed-write.ts';
import { attributesPath, documentWrite, type Left, partOf } from '../../federation/write/entity-writes.ts';
import type { UpdateResult } from '../../model/change-entity.ts';
import type { EntityFragment } from '../../model/fragment.ts';
import type { JsonObject } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { OperationRequest, WriteParts } from '../operation-request.ts';
import { writeEverywhere } from '../write-everywhere.ts';
import { documentOf } from './attributes-document.ts';

/**
 * Update Attributes (5.6.2).
 *
 * @param document the document from which `fragment` was parsed
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function updateAttributes(
  parts: WriteParts,
  request: OperationRequest,
  id: string,
  fragment: EntityFragment,
  document: JsonObject,
  selection?: TypeSelection,
): Promise<WriteOutcome<UpdateResult>> {
  const { caller, context } = request;
  const local = (left: Left) => parts.lane.write(caller, id, update(id, partOf(fragment, left), selection));
  return writeEverywhere(parts, request, 'updateEntity', local, () =>
    documentWrite({
      operation: 'updateEntity',
      method: 'PATCH',
      path: attributesPath(id),
      id,
      types: fragment.types,
      document: documentOf(document, id),
      context,
      selection,
      local,
    }),
  );
}
