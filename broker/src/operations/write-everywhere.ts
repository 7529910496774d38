import type { OperationName } from '../federation/registrations/operation-names.ts';
import { distributeWrite, type RemoteWrite, type WriteOutcome } from '../federation/write/distributed-write.ts';
import type { Left } from '../federation/write/entity-writes.ts';
import { heldElsewhere, mayBeHeldElsewhere } from '../federation/write/held-elsewhere.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import { type OperationRequest, originOf, type WriteParts } from './operation-request.ts';

/** A write on one entity and its two halves. */
interface Write<Result> {
  readonly name: OperationName;
  readonly selection?: TypeSelection | undefined;
  /** Performs the local share; all of it if `left` has no names. */
  local(left: Left): Promise<Result>;
  /** The requests to sources; called only if some are concerned. */
  remote(): RemoteWrite;
}

/**
 * Writes to one entity, locally and at the sources concerned.
 *
 * @throws NgsiLdError the error, if a single party had to do everything; Conflict: it is not distributed, but a source
 * alone may hold the data
 */
export async function writeEverywhere<Result>(
  parts: WriteParts,
  request: OperationRequest,
  { name, selection, local, remote }: Write<Result>,
): Promise<WriteOutcome<Result>> {
  const origin = originOf(parts, request, [name]);
  if (origin !== undefined) {
    return distributeWrite(parts, origin, { operation: name, selection, local, ...remote() });
  }
  if (mayBeHeldElsewhere(parts.federation, request, name)) {
    const conflict = await heldElsewhere(parts.db, parts.federation, request, remote().target, selection);
    if (conflict !== undefined) throw conflict;
  }
  return { failures: [], anySucceeded: true, written: NO_NAMES, createdElsewhere: false, local: await local({}) };
}

const NO_NAMES: ReadonlySet<string> = new Set();
