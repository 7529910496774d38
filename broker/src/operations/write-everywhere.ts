import type { OperationName } from '../federation/registrations/operation-names.ts';
import { type DistributedWrite, distributeWrite, type WriteOutcome } from '../federation/write/distributed-write.ts';
import type { Left } from '../federation/write/entity-writes.ts';
import { heldElsewhere, mayBeHeldElsewhere } from '../federation/write/held-elsewhere.ts';
import { type OperationRequest, originOf, type WriteParts } from './operation-request.ts';

/** Performs the local share of a write. */
type WriteLocally<Result> = (left: Left) => Promise<Result>;

/**
 * Writes to one entity, locally and at the sources concerned.
 *
 * @param distributed builds the requests to sources; called only if sources are concerned
 *
 * @throws NgsiLdError the error, if a single party had to do everything; Conflict: it is not distributed, but a source
 * alone may hold the data
 */
export async function writeEverywhere<Result>(
  parts: WriteParts,
  request: OperationRequest,
  operation: OperationName,
  local: WriteLocally<Result>,
  distributed: () => DistributedWrite<Result>,
): Promise<WriteOutcome<Result>> {
  const origin = originOf(parts, request, [operation]);
  if (origin !== undefined) return distributeWrite(parts, origin, distributed());
  if (mayBeHeldElsewhere(parts.federation, request, operation)) {
    const { target, selection } = distributed();
    const conflict = await heldElsewhere(parts.db, parts.federation, request, target, selection);
    if (conflict !== undefined) throw conflict;
  }
  return {
    failures: [],
    anySucceeded: true,
    written: NO_NAMES,
    createdElsewhere: false,
    local: await local({}),
  };
}

const NO_NAMES: ReadonlySet<string> = new Set();
