import { rights } from '../../access/visibility.ts';
import { areLimited } from '../../entities/write-lane/authorized-lane.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import type { Federation } from './federation.ts';
import type { Origin } from './origin.ts';
import { parseVia } from './via.ts';

/** What a request says that sources may have a part in. */
export type DistributedRequest = Pick<Origin, 'tenant' | 'context' | 'headers'>;

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
  { tenant, context, headers }: DistributedRequest,
): Origin | undefined {
  if (!federation.concerns(tenant, operations)) return undefined;
  // Sources don't know these rights: with a part of them, what is stored here is all there is.
  if (areLimited(rights.getStore())) return undefined;
  const origin: Origin = { tenant, context, headers, via: parseVia(headers.via), warnings: [] };
  federation.checkLoop(origin);
  return origin;
}
