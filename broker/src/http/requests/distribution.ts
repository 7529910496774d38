import type { FastifyReply, FastifyRequest } from 'fastify';
import { distributedOrigin } from '../../federation/calls/distributed-origin.ts';
import type { Federation } from '../../federation/calls/federation.ts';
import type { Origin } from '../../federation/calls/origin.ts';
import type { OperationName } from '../../federation/registrations/operation-names.ts';
import { releaseBodySlot } from '../server/large-bodies.ts';
import { readBoolean } from './parameters.ts';

/**
 * The request as one that context sources may have a part in; undefined: `local=true` says that none has (6.3.18), or
 * there are none for such operations.
 *
 * @throws NgsiLdError LoopDetected; InvalidRequest: `local` is no boolean
 */
export function originOf(
  request: FastifyRequest,
  federation: Federation,
  operations: readonly OperationName[],
  local = readBoolean(request.ngsiLd.parameters, 'local') ?? false,
): Origin | undefined {
  if (local) return undefined;
  const { tenant, context } = request.ngsiLd;
  const origin = distributedOrigin(federation, operations, tenant, context, request.headers);
  if (origin !== undefined) releaseBodySlot(request);
  return origin;
}

/** Does what asks sources, and tells the client of those that failed, whatever comes of it (6.3.17). */
export async function warned<Result>(
  reply: FastifyReply,
  federation: Federation,
  origin: Origin,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } finally {
    if (origin.warnings.length > 0) {
      const own = federation.aliasOf(origin.tenant);
      const lines = origin.warnings.map(({ code, text, agent = own }) => `${code} ${agent} "${quoted(text)}"`);
      reply.header('NGSILD-Warning', [...new Set(lines)]);
    }
  }
}

const MAX_TEXT = 300;

/** A quoted string of a header holds printable ASCII alone (RFC 9110 5.6.4). */
function quoted(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(/[^\u0020-\u007e]/g, '?')
    .replace(/["\\]/g, '\\$&');
}
