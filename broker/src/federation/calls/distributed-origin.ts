import { areLimited } from '../../access/caller.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import type { Federation } from './federation.ts';
import type { Origin } from './origin.ts';
import { parseVia } from './via.ts';

/** The part of a request that is needed to involve sources. */
type DistributedRequest = Pick<Origin, 'caller' | 'context' | 'headers'>;

/**
 * Decides whether context sources may take part in a request. Undefined: the request is answered from local data alone.
 * This costs only one or two look-ups.
 *
 * @param operations a source must be registered for one of them
 *
 * @throws NgsiLdError LoopDetected: the request has already passed through this broker (4.3.6.4)
 */
export function distributedOrigin(
  federation: Federation,
  operations: readonly OperationName[],
  { caller, context, headers }: DistributedRequest,
): Origin | undefined {
  const { tenant } = caller;
  if (!federation.concerns(tenant, operations)) return undefined;
  // Sources don't know this broker's access rights, so a caller with limited rights gets local data only.
  if (areLimited(caller)) return undefined;
  const origin: Origin = { tenant, caller, context, headers, via: parseVia(headers.via), warnings: [] };
  federation.checkLoop(origin);
  return origin;
}
