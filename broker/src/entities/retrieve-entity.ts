import type { Caller } from '../access/caller.ts';
import type { Queryable } from '../database/database.ts';
import type { Entity } from '../model/entity.ts';
import type { TypeSelection } from '../query/type-selection.ts';
import { existingEntity } from './existing-entity.ts';
import { retrieveEntity as stored } from './read/entity-queries.ts';

/**
 * Retrieve Entity (5.7.1). An expired entity counts as not found.
 *
 * @throws NgsiLdError ResourceNotFound
 */
export async function retrieveEntity(
  db: Queryable,
  caller: Caller,
  id: string,
  selection?: TypeSelection,
): Promise<Entity> {
  return existingEntity(await stored(db, caller, id), id, selection, new Date().toISOString());
}
