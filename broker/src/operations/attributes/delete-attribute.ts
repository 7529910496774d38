import { deleteAttribute as deleteStored, type Instances } from '../../entities/delete-attribute.ts';
import type { WriteOutcome } from '../../federation/write/distributed-write.ts';
import { attributeWrite } from '../../federation/write/entity-writes.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { OperationRequest, WriteParts } from '../operation-request.ts';
import { writeEverywhere } from '../write-everywhere.ts';

/**
 * Delete Attribute (5.6.5).
 *
 * @param name IRI
 *
 * @param query URL parameters to forward to sources: `datasetId`, `deleteAll`
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function deleteAttribute(
  parts: WriteParts,
  request: OperationRequest,
  id: string,
  name: string,
  instances: Instances,
  query: { readonly [name: string]: string | undefined },
  selection?: TypeSelection,
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const local = () => parts.lane.write(caller, id, deleteStored(id, name, instances, selection));
  return writeEverywhere(parts, request, 'deleteAttrs', local, () =>
    attributeWrite({ operation: 'deleteAttrs', method: 'DELETE', id, name, query, context, selection, local }),
  );
}
