import type { IncomingHttpHeaders } from 'node:http';
import type { Caller } from '../access/caller.ts';
import type { Context } from '../context/contexts.ts';
import type { Database } from '../database/database.ts';
import type { AuthorizedLane } from '../entities/write-lane/authorized-lane.ts';
import { distributedOrigin } from '../federation/calls/distributed-origin.ts';
import type { Federation } from '../federation/calls/federation.ts';
import type { Origin, SourceWarning } from '../federation/calls/origin.ts';
import type { OperationName } from '../federation/registrations/operation-names.ts';

/** The context of an operation, whether requested by HTTP or by a package in the same process. */
export interface OperationRequest {
  /** The caller, with the tenant. */
  readonly caller: Caller;
  /** The @context of the names in the request. */
  readonly context: Context;
  /** `Via`, and headers that a registration may have forwarded to its source. */
  readonly headers: IncomingHttpHeaders;
  /** Whether context sources are excluded (6.3.18). */
  readonly isLocal: boolean;
  /** Whether the draft of NGSI-LD 2.0 decides where it contradicts 1.9.1. */
  readonly isDraft?: boolean;
  /** Called as soon as it is certain that sources will be asked, which may take long. */
  onSourcesAsked?(): void;
  /** Called with the warnings about sources (6.3.17), before a read resolves or rejects. */
  onWarnings?(warnings: readonly NamedWarning[]): void;
}

/** A warning with the name of the broker that issues it. */
export type NamedWarning = SourceWarning & { readonly agent: string };

/** Dependencies of read operations. */
export interface ReadParts {
  readonly db: Database;
  readonly federation: Federation;
}

/** Dependencies of write operations. */
export interface WriteParts extends ReadParts {
  readonly lane: AuthorizedLane;
}

/**
 * Decides whether context sources may take part in the request; undefined: it is answered from local data alone.
 *
 * @param operations a source must be registered for one of them
 *
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

/**
 * Awaits work that involves sources. Reports warnings about them to the client, whether the work succeeds or fails
 * (6.3.17).
 */
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
