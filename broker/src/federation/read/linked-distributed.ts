import type { Database } from '../../database/database.ts';
import type { FetchEntities } from '../../entities/linked-entities.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { type Federation, inParallel } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { retrieveDistributed } from './retrieve-distributed.ts';

/** At the same time: each may ask several sources. */
const PARALLEL = 8;

/** Fetches linked entities from here and from sources: of most only the id is known, so each is retrieved by itself. */
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
