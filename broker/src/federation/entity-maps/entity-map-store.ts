import type { Queryable } from '../../database/database.ts';

/** A stored entity map (5.2.39). */
export interface EntityMap {
  readonly id: string;
  /** By entity id: the registrations that have a part of it, `@none` for local data. */
  readonly entities: { readonly [entityId: string]: readonly string[] };
  /** By registration: the map that its source keeps. */
  readonly linkedMaps: { readonly [registrationId: string]: string };
  readonly expiresAt: Date;
}

const DELETE_EXPIRED = 'DELETE FROM entity_map WHERE tenant = $1 AND expires_at <= $2';
const INSERT = `
  INSERT INTO entity_map (tenant, id, entities, linked_maps, created_at, expires_at)
  VALUES ($1, $2, $3, $4, $5, $6)`;
const SELECT = `
  SELECT id, entities, linked_maps, expires_at FROM entity_map WHERE tenant = $1 AND id = $2 AND expires_at > $3`;
const SET_EXPIRY = 'UPDATE entity_map SET expires_at = $3 WHERE tenant = $1 AND id = $2 AND expires_at > $4';
const REMOVE_ENTITIES = 'UPDATE entity_map SET entities = entities - $3::text[] WHERE tenant = $1 AND id = $2';
const DELETE = 'DELETE FROM entity_map WHERE tenant = $1 AND id = $2 AND expires_at > $3 RETURNING id';

/** Stores a map, and deletes expired ones of the tenant. */
export async function insertEntityMap(db: Queryable, tenant: string, map: EntityMap, now: Date): Promise<void> {
  const { id, entities, linkedMaps, expiresAt } = map;
  const values = [tenant, id, JSON.stringify(entities), JSON.stringify(linkedMaps), now, expiresAt];
  await db.query({ name: 'delete-expired-entity-maps', text: DELETE_EXPIRED, values: [tenant, now] });
  await db.query({ name: 'insert-entity-map', text: INSERT, values });
}

export async function selectEntityMap(db: Queryable, tenant: string, id: string): Promise<EntityMap | undefined> {
  interface Row {
    readonly id: string;
    readonly entities: string | EntityMap['entities'];
    readonly linked_maps: string | EntityMap['linkedMaps'];
    readonly expires_at: Date;
  }
  const { rows } = await db.query<Row>({ name: 'entity-map', text: SELECT, values: [tenant, id, new Date()] });
  const [row] = rows;
  return (
    row && {
      id: row.id,
      entities: parsed(row.entities),
      linkedMaps: parsed(row.linked_maps),
      expiresAt: row.expires_at,
    }
  );
}

function parsed<Value extends object>(value: string | Value): Value {
  return typeof value === 'string' ? JSON.parse(value) : value;
}

/** False if there is no such map. */
export async function setEntityMapExpiry(db: Queryable, tenant: string, id: string, at: Date): Promise<boolean> {
  const { rowCount } = await db.query({
    name: 'set-entity-map-expiry',
    text: SET_EXPIRY,
    values: [tenant, id, at, new Date()],
  });
  return rowCount === 1;
}

/** Removes entities that no longer match the query (5.5.9.3) from a map. */
export async function removeFromEntityMap(
  db: Queryable,
  tenant: string,
  id: string,
  entityIds: readonly string[],
): Promise<void> {
  await db.query({ name: 'remove-from-entity-map', text: REMOVE_ENTITIES, values: [tenant, id, entityIds] });
}

/** False if there is no such map. */
export async function deleteEntityMap(db: Queryable, tenant: string, id: string): Promise<boolean> {
  const { rows } = await db.query({ name: 'delete-entity-map', text: DELETE, values: [tenant, id, new Date()] });
  return rows.length === 1;
}
