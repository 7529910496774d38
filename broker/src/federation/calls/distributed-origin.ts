import { areLimited } from '../../access/caller.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import type { Federation } from './federation.ts';
import type { Origin } from './origin.ts';
import { parseVia } from './via.ts';

/** What a request says that sources may have a part in. */
type DistributedRequest = Pick<Origin, 'caller' | 'context' | 'headers'>;

/**
 * A request as one that sources may have a part in; undefined: it is done with what is stored here alone, for there are
 * no sources for it. That takes a look-up or two.
 *
 * @param operations a source must be registered for one of them
 * @throws NgsiLdError LoopDetected: the request has been here before (4.3.6.4)
 */
export function distributedOrigin(
  federation: Federation,
  operations: readonly OperationName[],
  { caller, context, headers }: DistributedRequest,
): Origin | undefined {
  const { tenant } = caller;
  if (!federation.concerns(tenant, operations)) return undefined;
  // Sources don't know these rights: with a part of them, what is stored here is all there is.
  if (areLimited(caller)) return undefined;
  const origin: Origin = { tenant, caller, context, headers, via: parseVia(headers.via), warnings: [] };
  federation.checkLoop(origin);
  return origin;
}
