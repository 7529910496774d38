import type { Database } from '../../database/database.ts';
import { type FetchEntities, type LinkTarget, storedTargets } from '../../entities/linked-entities.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { type Federation, inParallel } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { retrieveDistributed } from './retrieve-distributed.ts';

/** Entities fetched in parallel. Each may need requests to several sources. */
const PARALLEL = 8;

/**
 * Fetches linked entities with their parts at sources (4.5.23): those stored here, and others only if a relationship
 * gives their type. Otherwise every source without a filter would be asked for every id.
 */
export function linkedDistributed(db: Database, federation: Federation, origin: Origin): FetchEntities {
  return async (targets) => {
    const stored = await storedTargets(db, origin.caller, targets);
    const typesHere = new Map(stored.map(({ id, types }) => [id, types]));
    const asked = targets.flatMap(({ id, types }) => {
      const known = typesHere.get(id) ?? [...types];
      return known.length === 0 ? [] : [{ id, types: known }];
    });
    const found = await inParallel(asked, (target) => retrieved(db, federation, origin, target), PARALLEL);
    return found.filter((entity) => entity !== undefined);
  };
}

async function retrieved(
  db: Database,
  federation: Federation,
  origin: Origin,
  { id, types }: Omit<LinkTarget, 'types'> & { readonly types: readonly string[] },
): Promise<Entity | undefined> {
  const selection = { kind: 'anyOf' as const, groups: types.map((type) => [type]) };
  try {
    return (await retrieveDistributed(db, federation, origin, id, selection, undefined)).entity;
  } catch (error) {
    if (error instanceof NgsiLdError && error.type === 'ResourceNotFound') return undefined;
    throw error;
  }
}
