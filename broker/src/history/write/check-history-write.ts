import { areLimited, type Caller, systemCaller } from '../../access/caller.ts';
import { visibleNames } from '../../access/visibility.ts';
import type { Queryable } from '../../database/database.ts';
import { retrieveEntity } from '../../entities/read/entity-queries.ts';
import { lacking, lackingAttribute } from '../../entities/write-lane/authorized-lane.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { knownEntity } from '../query/temporal-entities.ts';

/**
 * Checks whether the caller may correct the history of one attribute, or of all. The current entity decides; for a
 * deleted one its types and id.
 *
 * @throws NgsiLdError ResourceNotFound: the caller can't see the entity; AccessDenied
 */
export async function checkHistoryWrite(db: Queryable, caller: Caller, id: string, name?: string): Promise<void> {
  if (!areLimited(caller)) return;
  const entity = await anyEntity(db, caller.tenant, id);
  const readable = entity && visibleNames(caller.read, entity);
  const writable = entity && visibleNames(caller.write, entity);
  if (readable === undefined && writable === undefined) {
    throw new NgsiLdError('ResourceNotFound', `There is no entity ${id} and there never was one`);
  }
  if (writable === 'all') return;
  if (name === undefined) throw lacking(`write all attributes of entity ${id}`);
  if (writable === undefined || !writable(name)) throw lackingAttribute(name, id);
}

/** A current or deleted entity, without checking rights. */
async function anyEntity(db: Queryable, tenant: string, id: string): Promise<Entity | undefined> {
  const entity = await retrieveEntity(db, systemCaller(tenant), id);
  if (entity !== undefined) return entity;
  const known = await knownEntity(db, systemCaller(tenant), id);
  return known && { id, types: known.types, createdAt: known.createdAt, modifiedAt: known.createdAt, attributes: {} };
}
