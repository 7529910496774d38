import { createEntity as create } from '../../entities/create-entity.ts';
import type { WriteOutcome } from '../../federation/write/distributed-write.ts';
import { documentWrite, type Left, partOf } from '../../federation/write/entity-writes.ts';
import type { WholeEntity } from '../../model/parse/parse-entity.ts';
import type { JsonObject } from '../../model/values.ts';
import type { OperationRequest, WriteParts } from '../operation-request.ts';
import { writeEverywhere } from '../write-everywhere.ts';

/**
 * Create Entity (5.6.1).
 *
 * @param document the document from which `entity` was parsed
 *
 * @throws NgsiLdError AlreadyExists
 */
export function createEntity(
  parts: WriteParts,
  request: OperationRequest,
  entity: WholeEntity,
  document: JsonObject,
): Promise<WriteOutcome<void>> {
  const { caller, context } = request;
  const { id, types } = entity;
  const local = (left: Left) => parts.lane.write(caller, id, create(partOf(entity, left)));
  return writeEverywhere(parts, request, 'createEntity', local, () =>
    documentWrite({
      operation: 'createEntity',
      method: 'POST',
      path: '/entities',
      id,
      types,
      document,
      context,
      local,
    }),
  );
}
