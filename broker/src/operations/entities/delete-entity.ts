import { deleteEntity as deleteStored } from '../../entities/delete-entity.ts';
import type { WriteOutcome } from '../../federation/write/distributed-write.ts';
import { pathOf, wholeWrite } from '../../federation/write/entity-writes.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { OperationRequest, WriteParts } from '../operation-request.ts';
import { writeEverywhere } from '../write-everywhere.ts';

/** Delete Entity (5.6.6). @throws NgsiLdError ResourceNotFound */
export function deleteEntity(
  parts: WriteParts,
  request: OperationRequest,
  id: string,
  selection?: TypeSelection,
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const local = () => parts.lane.write(caller, id, deleteStored(id, selection));
  return writeEverywhere(parts, request, 'deleteEntity', local, () =>
    wholeWrite({ operation: 'deleteEntity', method: 'DELETE', path: pathOf(id), id, context, selection, local }),
  );
}
