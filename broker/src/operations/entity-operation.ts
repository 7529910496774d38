import type { Context } from '../context/contexts.ts';
import type { Decide } from '../entities/write-lane/write-lane.ts';
import type { OperationName } from '../federation/registrations/operation-names.ts';
import type { RemoteWrite, WriteOutcome } from '../federation/write/distributed-write.ts';
import type { Left } from '../federation/write/entity-writes.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import type { OperationRequest, WriteParts } from './operation-request.ts';
import { writeEverywhere } from './write-everywhere.ts';

/** A write on one entity, as a value: what it makes of the stored entity, and what is requested from sources. */
export interface EntityOperation<Result> {
  /** Sources that are registered for it may take part. */
  readonly name: OperationName;
  readonly id: string;
  /** The `type` parameter of the request: a filter. */
  readonly selection?: TypeSelection | undefined;
  /** The local share; all of it if `left` has no names. */
  decide(left: Left): Decide<Result>;
  /** Called only if sources are concerned. @param context of the names in the request */
  remote(context: Context): RemoteWrite;
}

/** Performs an operation locally, and at the sources concerned. @throws NgsiLdError as `writeEverywhere` */
export function perform<Result>(
  parts: WriteParts,
  request: OperationRequest,
  operation: EntityOperation<Result>,
): Promise<WriteOutcome<Result>> {
  const { name, id, selection } = operation;
  return writeEverywhere(parts, request, {
    name,
    selection,
    local: (left) => parts.lane.write(request.caller, id, operation.decide(left)),
    remote: () => operation.remote(request.context),
  });
}
