import type { PastInstance } from '../model/temporal-entity.ts';
import type { Queryable } from './database.ts';

const HAS_HISTORY = `
  SELECT EXISTS (SELECT FROM history WHERE tenant = $1 AND entity_id = $2)
    OR EXISTS (SELECT FROM past_entity WHERE tenant = $1 AND id = $2) AS known`;

const IS_IMPORTED = `
  SELECT bool_and(kind = 'attributeImported') AS imported FROM history WHERE tenant = $1 AND entity_id = $2`;

const DELETE_EVOLUTION = `
  WITH forgotten AS (DELETE FROM past_entity WHERE tenant = $1 AND id = $2)
  DELETE FROM history WHERE tenant = $1 AND entity_id = $2`;

const DELETE_ATTRIBUTE = `
  DELETE FROM history WHERE tenant = $1 AND entity_id = $2 AND attribute = $3
    AND ($4::text IS NULL OR dataset_id = $4)`;

// The partition key may change: then the row moves.
const REPLACE_INSTANCE = `
  UPDATE history SET created_at = coalesce(created_at, modified_at), modified_at = $5, at = $6, dataset_id = $7,
    instance = $8::jsonb, number = $9
  WHERE tenant = $1 AND entity_id = $2 AND attribute = $3 AND n = $4::bigint`;

const DELETE_INSTANCE = `
  DELETE FROM history WHERE tenant = $1 AND entity_id = $2 AND attribute = $3 AND n = $4::bigint`;

/** Whether history knows of the entity. */
export async function hasHistory(db: Queryable, tenant: string, id: string): Promise<boolean> {
  const { rows } = await db.query<{ known: boolean }>({ name: 'has-history', text: HAS_HISTORY, values: [tenant, id] });
  return rows[0]?.known === true;
}

/** Whether all that history holds of the entity came by the temporal API, so that nobody ever wrote the entity itself. */
export async function isImported(db: Queryable, tenant: string, id: string): Promise<boolean> {
  const { rows } = await db.query<{ imported: boolean | null }>({ text: IS_IMPORTED, values: [tenant, id] });
  return rows[0]?.imported === true;
}

export async function deleteEvolution(db: Queryable, tenant: string, id: string): Promise<void> {
  await db.query({ text: DELETE_EVOLUTION, values: [tenant, id] });
}

/** Deletes the instances of an attribute, or those of a dataset of it; '' is the default one. False: there are none. */
export async function deleteAttributeHistory(
  db: Queryable,
  tenant: string,
  id: string,
  attribute: string,
  datasetId: string | undefined,
): Promise<boolean> {
  const { rowCount } = await db.query({ text: DELETE_ATTRIBUTE, values: [tenant, id, attribute, datasetId] });
  return rowCount > 0;
}

/** Puts another instance in the place of one; its id and time of creation stay. False: there is no such instance. */
export async function replaceInstance(
  db: Queryable,
  tenant: string,
  id: string,
  row: string,
  { name, instance }: PastInstance,
  at: string,
): Promise<boolean> {
  const { datasetId = '', observedAt, value } = instance;
  const { rowCount } = await db.query({
    text: REPLACE_INSTANCE,
    values: [
      tenant,
      id,
      name,
      row,
      at,
      observedAt ?? at,
      datasetId,
      JSON.stringify(instance),
      typeof value === 'number' ? value : undefined,
    ],
  });
  return rowCount > 0;
}

/** False: there is no such instance. */
export async function deleteInstance(
  db: Queryable,
  tenant: string,
  id: string,
  attribute: string,
  row: string,
): Promise<boolean> {
  const { rowCount } = await db.query({ text: DELETE_INSTANCE, values: [tenant, id, attribute, row] });
  return rowCount > 0;
}
