import { areLimited, type Caller, systemCaller } from '../../access/caller.ts';
import { visibleNames } from '../../access/visibility.ts';
import type { Queryable } from '../../database/database.ts';
import { retrieveEntity } from '../../entities/read/entity-queries.ts';
import { lacking, lackingAttribute } from '../../entities/write-lane/authorized-lane.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { knownEntity } from '../query/temporal-entities.ts';

/**
 * Whether history may be corrected by who asks: of an attribute, or of all. What the entity is now decides; of one that
 * is no more, its types and its id.
 *
 * @throws NgsiLdError ResourceNotFound: nothing of the entity is visible; AccessDenied
 */
export async function checkHistoryWrite(db: Queryable, caller: Caller, id: string, name?: string): Promise<void> {
  if (!areLimited(caller)) return;
  const entity = await anyEntity(db, caller.tenant, id);
  const readable = entity && visibleNames(caller.read, entity);
  const writable = entity && visibleNames(caller.write, entity);
  if (readable === undefined && writable === undefined) {
    throw new NgsiLdError('ResourceNotFound', `There is no entity ${id} and never was one`);
  }
  if (writable === 'all') return;
  if (name === undefined) throw lacking(`write all attributes of entity ${id}`);
  if (writable === undefined || !writable(name)) throw lackingAttribute(name, id);
}

/** An entity as it is or was, whoever may see it. */
async function anyEntity(db: Queryable, tenant: string, id: string): Promise<Entity | undefined> {
  const entity = await retrieveEntity(db, systemCaller(tenant), id);
  if (entity !== undefined) return entity;
  const known = await knownEntity(db, systemCaller(tenant), id);
  return known && { id, types: known.types, createdAt: known.createdAt, modifiedAt: known.createdAt, attributes: {} };
}
