import { replaceEntity as replace } from '../../entities/replace-entity.ts';
import type { WriteOutcome } from '../../federation/write/distributed-write.ts';
import { documentWrite, type Left, partOf, pathOf } from '../../federation/write/entity-writes.ts';
import type { WholeEntity } from '../../model/parse/parse-entity.ts';
import type { JsonObject } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { OperationRequest, WriteParts } from '../operation-request.ts';
import { writeEverywhere } from '../write-everywhere.ts';

/**
 * Replace Entity (5.6.18).
 *
 * @param document the document from which `entity` was parsed
 *
 * @throws NgsiLdError ResourceNotFound
 */
export function replaceEntity(
  parts: WriteParts,
  request: OperationRequest,
  entity: WholeEntity,
  document: JsonObject,
  selection?: TypeSelection,
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const { id, types } = entity;
  const local = (left: Left) => parts.lane.write(caller, id, replace(partOf(entity, left), selection));
  return writeEverywhere(parts, request, 'replaceEntity', local, () =>
    documentWrite({
      operation: 'replaceEntity',
      method: 'PUT',
      path: pathOf(id),
      id,
      types,
      document,
      context,
      selection,
      local,
      replacesAll: true,
    }),
  );
}
