import { partialUpdateAttribute as update } from '../../entities/partial-update-attribute.ts';
import type { WriteOutcome } from '../../federation/write/distributed-write.ts';
import { attributeWrite } from '../../federation/write/entity-writes.ts';
import type { InstanceFragment } from '../../model/fragment.ts';
import type { JsonObject } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { OperationRequest, WriteParts } from '../operation-request.ts';
import { writeEverywhere } from '../write-everywhere.ts';

/**
 * Partial Attribute Update (5.6.4).
 *
 * @param name IRI
 *
 * @param body the document from which `fragment` was parsed
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function partialUpdateAttribute(
  parts: WriteParts,
  request: OperationRequest,
  id: string,
  name: string,
  fragment: InstanceFragment,
  body: JsonObject,
  selection?: TypeSelection,
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const local = () => parts.lane.write(caller, id, update(id, name, fragment, selection));
  return writeEverywhere(parts, request, 'updateAttrs', local, () =>
    attributeWrite({ operation: 'updateAttrs', method: 'PATCH', id, name, body, context, selection, local }),
  );
}
