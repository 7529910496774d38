import type { Database } from '../../database/database.ts';
import type { FetchEntities } from '../../entities/linked-entities.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { type Federation, inParallel } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { retrieveDistributed } from './retrieve-distributed.ts';

/** Entities fetched in parallel. Each may need requests to several sources. */
const PARALLEL = 8;

/** Fetches linked entities, local and from sources. Often only their ids are known, so each is retrieved separately. */
export function linkedDistributed(db: Database, federation: Federation, origin: Origin): FetchEntities {
  return async (ids) => {
    const found = await inParallel(
      ids,
      async (id): Promise<Entity | undefined> => {
        try {
          return (await retrieveDistributed(db, federation, origin, id, undefined, undefined)).entity;
        } catch (error) {
          if (error instanceof NgsiLdError && error.type === 'ResourceNotFound') return undefined;
          throw error;
        }
      },
      PARALLEL,
    );
    return found.filter((entity) => entity !== undefined);
  };
}
