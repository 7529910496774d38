import { rights, visibleNames } from '../../access/visibility.ts';
import type { Queryable } from '../../database/database.ts';
import { retrieveEntity } from '../../entities/read/entity-queries.ts';
import { areLimited, lacking, lackingAttribute } from '../../entities/write-lane/authorized-lane.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { knownEntity } from '../query/temporal-entities.ts';

/**
 * Whether history may be corrected by who asks: of an attribute, or of all. What the entity is now decides; of one that
 * is no more, its types and its id.
 *
 * @throws NgsiLdError ResourceNotFound: nothing of the entity is visible; AccessDenied
 */
export async function checkHistoryWrite(db: Queryable, tenant: string, id: string, name?: string): Promise<void> {
  const own = rights.getStore();
  if (!areLimited(own)) return;
  const entity = await rights.exit(() => anyEntity(db, tenant, id));
  const readable = entity && visibleNames(own.read, entity);
  const writable = entity && visibleNames(own.write, entity);
  if (readable === undefined && writable === undefined) {
    throw new NgsiLdError('ResourceNotFound', `There is no entity ${id} and never was one`);
  }
  if (writable === 'all') return;
  if (name === undefined) throw lacking(`write all attributes of entity ${id}`);
  if (writable === undefined || !writable(name)) throw lackingAttribute(name, id);
}

async function anyEntity(db: Queryable, tenant: string, id: string): Promise<Entity | undefined> {
  const entity = await retrieveEntity(db, tenant, id);
  if (entity !== undefined) return entity;
  const known = await knownEntity(db, tenant, id);
  return known && { id, types: known.types, createdAt: known.createdAt, modifiedAt: known.createdAt, attributes: {} };
}
