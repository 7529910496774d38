import { replaceAttribute as replace } from '../../entities/replace-attribute.ts';
import type { WriteOutcome } from '../../federation/write/distributed-write.ts';
import { attributeWrite } from '../../federation/write/entity-writes.ts';
import type { InstanceFragment } from '../../model/fragment.ts';
import type { JsonObject } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { OperationRequest, WriteParts } from '../operation-request.ts';
import { writeEverywhere } from '../write-everywhere.ts';

/**
 * Replace Attribute (5.6.19).
 *
 * @param name IRI
 *
 * @param body the document from which `fragment` was parsed
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function replaceAttribute(
  parts: WriteParts,
  request: OperationRequest,
  id: string,
  name: string,
  fragment: InstanceFragment,
  body: JsonObject,
  selection?: TypeSelection,
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const local = () => parts.lane.write(caller, id, replace(id, name, fragment, selection));
  return writeEverywhere(parts, request, 'replaceAttrs', local, () =>
    attributeWrite({ operation: 'replaceAttrs', method: 'PUT', id, name, body, context, selection, local }),
  );
}
