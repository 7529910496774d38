import type { Caller } from '../../access/caller.ts';
import type { Context } from '../../context/contexts.ts';
import type { Database } from '../../database/database.ts';
import { queryEntities as stored } from '../../entities/read/entity-queries.ts';
import type { Entity } from '../../model/entity.ts';
import type { EntityFilter } from '../../query/entity-query.ts';
import { distributedOrigin } from '../calls/distributed-origin.ts';
import type { Federation } from '../calls/federation.ts';
import { queryDistributed } from './query-distributed.ts';

/** Which part of them. */
interface Part {
  readonly limit: number;
  readonly offset: number;
}

/**
 * The entities for a subscription with a time interval (5.8.6): all matches, local and from context sources.
 *
 * @param isLocal only local entities
 */
export async function subscribedEntities(
  db: Database,
  federation: Federation,
  context: Context,
  caller: Caller,
  filter: EntityFilter,
  part: Part,
  isLocal: boolean,
): Promise<readonly Entity[]> {
  const query = { ...filter, ...part, count: false };
  const origin = isLocal
    ? undefined
    : distributedOrigin(federation, ['queryEntity', 'queryBatch'], { caller, context, headers: {} });
  if (origin === undefined) return (await stored(db, caller, query)).entities;
  // The original text of the filters is not stored, so sources are asked without filters, and the merged entities are
  // filtered here.
  const { q, geoQ, scopeQ } = filter;
  const splitEntities = q !== undefined || geoQ !== undefined || scopeQ !== undefined;
  return (await queryDistributed(db, federation, origin, { ...query, joinLevel: 1, local: false, splitEntities }, {}))
    .entities;
}
