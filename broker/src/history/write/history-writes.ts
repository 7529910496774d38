import type { Database, Queryable } from '../../database/database.ts';
import { reserveHistoryRows } from '../../entities/write-lane/quota-reservation.ts';
import type { PastInstance } from '../../model/temporal/temporal-entity.ts';
import { forgetRollups, holdRollups } from '../rollups/history-rollups.ts';
import { historyRows, pushPast, summable } from '../rows/history-rows.ts';
import { unfoldInitialInstances } from '../rows/initial-instances.ts';

const HAS_HISTORY = `
  SELECT EXISTS (SELECT 1 FROM evolution WHERE tenant = $1 AND entity_id = $2)
    OR EXISTS (SELECT 1 FROM past_entity WHERE tenant = $1 AND id = $2) AS known`;

const IS_IMPORTED = `
  SELECT bool_and(kind = 'attributeImported') AS imported FROM evolution WHERE tenant = $1 AND entity_id = $2`;

const DELETE_EVOLUTION = `
  WITH forgotten AS (DELETE FROM past_entity WHERE tenant = $1 AND id = $2)
  DELETE FROM history WHERE tenant = $1 AND entity_id = $2`;

const DELETE_ATTRIBUTE = `
  DELETE FROM history WHERE tenant = $1 AND entity_id = $2 AND attribute = $3
    AND ($4::text IS NULL OR dataset_id = $4)`;

// Deleted and inserted again, because its time may belong to another partition. The inserted row has no number, so that
// the sums don't count it twice.
const REPLACE_INSTANCE = `
  WITH gone AS (
    DELETE FROM history WHERE tenant = $1 AND entity_id = $2 AND attribute = $3 AND n = $4::bigint
    RETURNING n, kind, coalesce(created_at, modified_at) AS created_at
  ), put AS (
    INSERT INTO history (tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number, n, created_at)
    SELECT $1, $2, $3, $7, kind, $6, $5, $8::jsonb, $9, n, created_at FROM gone
    RETURNING tenant, entity_id, attribute, dataset_id, at, instance ? 'observedAt' AS observed, n, number
  ), corrected AS (
    INSERT INTO history_correction (tenant, entity_id, attribute, dataset_id, at, observed, n, number, sign)
    SELECT tenant, entity_id, attribute, dataset_id, at, observed, n, number, 1 FROM put WHERE number IS NOT NULL
  )
  SELECT 1 FROM put`;

const DELETE_INSTANCE = `
  DELETE FROM history WHERE tenant = $1 AND entity_id = $2 AND attribute = $3 AND n = $4::bigint`;

// An instance replaces those with the same dataset and observedAt (5.6.11).
const INSERT_PAST = `
  WITH past AS (
    SELECT $2::text AS tenant, id, attribute, coalesce(dataset_id, '') AS dataset_id, kind, coalesce(at::timestamptz, $1::timestamptz) AS at,
      instance::jsonb, number
    FROM ${historyRows().unnested(3)} AS p(tenant, id, attribute, dataset_id, kind, at, instance, number)
  ), replaced AS (
    DELETE FROM history h USING past p
    WHERE h.tenant = $2 AND h.entity_id = p.id AND h.attribute = p.attribute AND h.dataset_id = p.dataset_id
      AND h.at = p.at AND h.instance ? 'observedAt'
  ), put AS (
    INSERT INTO history (tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number)
    SELECT tenant, id, attribute, dataset_id, kind, at, $1, instance, number FROM past
  )
  SELECT count(*) FROM past`;

/** Adds instances to the history of a deleted entity. @throws NgsiLdError QuotaReached */
export async function insertPast(
  db: Queryable,
  tenant: string,
  id: string,
  instances: readonly PastInstance[],
  at: string,
): Promise<void> {
  const rows = historyRows();
  pushPast(rows, tenant, id, instances);
  await reserveHistoryRows(db, tenant, rows.length);
  await unfoldInitialInstances(db, tenant, [id]);
  await db.query({ text: INSERT_PAST, values: [at, tenant, ...rows.parameters()] });
}

/** Whether there is any history of the entity. */
export async function hasHistory(db: Queryable, tenant: string, id: string): Promise<boolean> {
  const { rows } = await db.query<{ known: boolean }>({ name: 'has-history', text: HAS_HISTORY, values: [tenant, id] });
  return rows[0]?.known === true;
}

/**
 * Whether the entire history of the entity was written by the temporal API, so that the entity itself was never
 * written.
 */
export async function isImported(db: Queryable, tenant: string, id: string): Promise<boolean> {
  const { rows } = await db.query<{ imported: boolean | null }>({ text: IS_IMPORTED, values: [tenant, id] });
  return rows[0]?.imported === true;
}

export async function deleteEvolution(db: Database, tenant: string, id: string): Promise<void> {
  await db.transaction(async (tx) => {
    await holdRollups(tx);
    await unfoldInitialInstances(tx, tenant, [id]);
    await tx.query({ text: DELETE_EVOLUTION, values: [tenant, id] });
    await forgetRollups(tx, tenant, id);
  });
}

/** Deletes the instances of an attribute, or of one dataset; '' is the default one. False: there are none. */
export async function deleteAttributeHistory(
  db: Database,
  tenant: string,
  id: string,
  attribute: string,
  datasetId: string | undefined,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    await holdRollups(tx);
    await unfoldInitialInstances(tx, tenant, [id]);
    const { rowCount } = await tx.query({ text: DELETE_ATTRIBUTE, values: [tenant, id, attribute, datasetId] });
    await forgetRollups(tx, tenant, id, attribute, datasetId);
    return rowCount > 0;
  });
}

/** Replaces an instance, keeping its id and creation time. False: there is no such instance. */
export async function replaceInstance(
  db: Queryable,
  tenant: string,
  id: string,
  row: string,
  { name, instance }: PastInstance,
  at: string,
): Promise<boolean> {
  await unfoldInitialInstances(db, tenant, [id]);
  const { datasetId = '', observedAt, value } = instance;
  const { rowCount } = await db.query({
    text: REPLACE_INSTANCE,
    values: [tenant, id, name, row, at, observedAt ?? at, datasetId, JSON.stringify(instance), summable(value)],
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
  await unfoldInitialInstances(db, tenant, [id]);
  const { rowCount } = await db.query({ text: DELETE_INSTANCE, values: [tenant, id, attribute, row] });
  return rowCount > 0;
}
