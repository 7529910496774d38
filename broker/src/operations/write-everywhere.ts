import type { OperationName } from '../federation/registrations/operation-names.ts';
import { type DistributedWrite, distributeWrite, type WriteOutcome } from '../federation/write/distributed-write.ts';
import type { Left } from '../federation/write/entity-writes.ts';
import { type OperationRequest, originOf, type WriteParts } from './operation-request.ts';

/** Writes to the entity as it is stored here what is left to write here. */
type WriteLocally<Result> = (left: Left) => Promise<Result>;

/**
 * Writes to one entity, here and at the sources that have a part in it.
 *
 * @param distributed the write as sources get it; made only where there are such sources
 * @throws NgsiLdError the error of the one party that had to do all of it
 */
export async function writeEverywhere<Result>(
  parts: WriteParts,
  request: OperationRequest,
  operation: OperationName,
  local: WriteLocally<Result>,
  distributed: () => DistributedWrite<Result>,
): Promise<WriteOutcome<Result>> {
  const origin = originOf(parts, request, [operation]);
  if (origin !== undefined) return distributeWrite(parts.db, parts.federation, origin, distributed());
  return {
    failures: [],
    anySucceeded: true,
    written: NO_NAMES,
    createdElsewhere: false,
    local: await local({}),
  };
}

const NO_NAMES: ReadonlySet<string> = new Set();
