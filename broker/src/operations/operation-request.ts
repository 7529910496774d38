import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../access/caller.ts';
import type { Context } from '../context/contexts.ts';
import type { Database } from '../database/database.ts';
import type { AuthorizedLane } from '../entities/write-lane/authorized-lane.ts';
import { distributedOrigin } from '../federation/calls/distributed-origin.ts';
import type { Federation } from '../federation/calls/federation.ts';
import type { Origin, SourceWarning } from '../federation/calls/origin.ts';
import type { OperationName } from '../federation/registrations/operation-names.ts';

/** A request for an operation, however it came: by HTTP or from a package that runs beside the broker. */
export interface OperationRequest {
  /** Who asks, and in which tenant. */
  readonly caller: Caller;
  /** The @context in force for the names of the request. */
  readonly context: Context;
  /** `Via`, and the headers that a registration may have forwarded to its source. */
  readonly headers: IncomingHttpHeaders;
  /** No context source has a part in it (6.3.18). */
  readonly isLocal: boolean;
  /** Called when it is certain that sources will be asked, which may take long. */
  onSourcesAsked?(): void;
  /** Called with what the client must be told of sources (6.3.17), before a read resolves or rejects. */
  onWarnings?(warnings: readonly NamedWarning[]): void;
}

/** A warning with the name of the broker that gives it. */
export type NamedWarning = SourceWarning & { readonly agent: string };

/** What operations read with. */
export interface ReadParts {
  readonly db: Database;
  readonly federation: Federation;
}

/** What operations write with. */
export interface WriteParts extends ReadParts {
  readonly lane: AuthorizedLane;
}

/**
 * The request as one that context sources have a part in; undefined: it is done with what is stored here alone.
 *
 * @param operations a source must be registered for one of them
 * @throws NgsiLdError LoopDetected
 */
export function originOf(
  { federation }: Pick<ReadParts, 'federation'>,
  request: OperationRequest,
  operations: readonly OperationName[],
): Origin | undefined {
  if (request.isLocal) return undefined;
  const origin = distributedOrigin(federation, operations, request);
  if (origin !== undefined) request.onSourcesAsked?.();
  return origin;
}

/** Waits for what asks sources, and tells the client of those that failed, whatever comes of it (6.3.17). */
export async function withWarnings<Result>(
  { federation }: Pick<ReadParts, 'federation'>,
  request: OperationRequest,
  origin: Origin | undefined,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } finally {
    if (origin !== undefined && origin.warnings.length > 0) {
      const own = federation.aliasOf(origin.tenant);
      request.onWarnings?.(origin.warnings.map(({ agent = own, ...warning }) => ({ ...warning, agent })));
    }
  }
}
