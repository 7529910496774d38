import type { Queryable } from '@alzette/kit/database';
import { allowsAllOf } from './allow-list.ts';
import type { BBox, Dataset, DatasetDefinition, DatasetKey, DatasetState } from './dataset.ts';

const COLUMNS = `tenant, id, definition, state, created_at, issued_at, withdrawn_at, refreshed_at, fault, generation, digest,
  feature_count, bbox, starts_at, ends_at, schema_faults`;
const ALL = `SELECT ${COLUMNS} FROM opendata.dataset WHERE tenant = $1 ORDER BY id`;
const ONE = `SELECT ${COLUMNS} FROM opendata.dataset WHERE tenant = $1 AND id = $2`;
// A dataset without a refresh has no rows to show yet.
const PUBLISHED = `
  SELECT ${COLUMNS} FROM opendata.dataset WHERE tenant = $1 AND state = 'published' AND generation > 0 ORDER BY id`;
const WITHDRAWN = `SELECT ${COLUMNS} FROM opendata.dataset WHERE tenant = $1 AND state = 'withdrawn' ORDER BY id`;
const CREATE = `
  INSERT INTO opendata.dataset (tenant, id, definition, state) VALUES ($1, $2, $3, 'draft')
  ON CONFLICT (tenant, id) DO NOTHING`;
const LOCK = `
  SELECT definition FROM opendata.dataset WHERE tenant = $1 AND id = $2 AND state <> 'withdrawn' FOR UPDATE`;
const CHANGE = `
  UPDATE opendata.dataset SET definition = $3, next_refresh_at = CASE state WHEN 'published' THEN now() END
  WHERE tenant = $1 AND id = $2`;
// Hides rows of another allow-list until the next refresh.
const HIDE = `
  UPDATE opendata.dataset SET generation = 0, digest = NULL, feature_count = 0, bbox = NULL, starts_at = NULL, ends_at = NULL
  WHERE tenant = $1 AND id = $2`;
const PUBLISH = `
  UPDATE opendata.dataset
  SET state = 'published', issued_at = coalesce(issued_at, now()), withdrawn_at = NULL, next_refresh_at = now(), fault = NULL
  WHERE tenant = $1 AND id = $2 AND state <> 'published'`;
const WITHDRAW = `
  UPDATE opendata.dataset
  SET state = 'withdrawn', withdrawn_at = now(), next_refresh_at = NULL, generation = 0, digest = NULL, feature_count = 0
  WHERE tenant = $1 AND id = $2 AND state = 'published'`;
const FORGET_FEATURES = 'DELETE FROM opendata.feature WHERE tenant = $1 AND dataset = $2';
const FORGET_PREPARED = 'DELETE FROM opendata.prepared_file WHERE tenant = $1 AND dataset = $2';
const DELETE_DRAFT = `
  DELETE FROM opendata.dataset WHERE tenant = $1 AND id = $2 AND state = 'draft' AND issued_at IS NULL`;

interface DatasetRow extends DatasetKey {
  readonly definition: string;
  readonly state: DatasetState;
  readonly created_at: Date;
  readonly issued_at: Date | null;
  readonly withdrawn_at: Date | null;
  readonly refreshed_at: Date | null;
  readonly fault: string | null;
  readonly generation: number;
  readonly digest: string | null;
  readonly feature_count: number;
  readonly bbox: number[] | null;
  readonly starts_at: Date | null;
  readonly ends_at: Date | null;
  readonly schema_faults: string | null;
}

export async function listDatasets(db: Queryable, tenant: string): Promise<Dataset[]> {
  return (await db.query<DatasetRow>({ text: ALL, values: [tenant] })).rows.map(datasetOf);
}

/** The datasets that the public sees, by id. */
export async function publishedDatasets(db: Queryable, tenant: string): Promise<Dataset[]> {
  return (await db.query<DatasetRow>({ text: PUBLISHED, values: [tenant] })).rows.map(datasetOf);
}

export async function withdrawnDatasets(db: Queryable, tenant: string): Promise<Dataset[]> {
  return (await db.query<DatasetRow>({ text: WITHDRAWN, values: [tenant] })).rows.map(datasetOf);
}

export async function findDataset(db: Queryable, { tenant, id }: DatasetKey): Promise<Dataset | undefined> {
  const { rows } = await db.query<DatasetRow>({ text: ONE, values: [tenant, id] });
  return rows[0] && datasetOf(rows[0]);
}

/** The dataset, if the public may see it. */
export async function findPublished(db: Queryable, key: DatasetKey): Promise<Dataset | undefined> {
  const dataset = await findDataset(db, key);
  return dataset?.state === 'published' && dataset.generation > 0 ? dataset : undefined;
}

/** False: the id is in use. */
export async function createDataset(
  db: Queryable,
  { tenant, id }: DatasetKey,
  definition: DatasetDefinition,
): Promise<boolean> {
  const { rowCount } = await db.query({ text: CREATE, values: [tenant, id, JSON.stringify(definition)] });
  return rowCount === 1;
}

/**
 * Changes a definition. A published dataset is refreshed immediately; if it no longer allows all columns of its rows,
 * these are deleted immediately. False: there is no such dataset, or it is withdrawn.
 */
export async function changeDataset(
  tx: Queryable,
  { tenant, id }: DatasetKey,
  definition: DatasetDefinition,
): Promise<boolean> {
  const [before] = (await tx.query<{ definition: string }>({ text: LOCK, values: [tenant, id] })).rows;
  if (before === undefined) return false;
  await tx.query({ text: CHANGE, values: [tenant, id, JSON.stringify(definition)] });
  if (!allowsAllOf(definition, JSON.parse(before.definition))) {
    await tx.query({ text: HIDE, values: [tenant, id] });
    await forgetRows(tx, { tenant, id });
  }
  return true;
}

/**
 * Publishes a dataset. It is visible after its first refresh, which is due immediately. False: it is published already.
 */
export async function publishDataset(db: Queryable, { tenant, id }: DatasetKey): Promise<boolean> {
  return (await db.query({ text: PUBLISH, values: [tenant, id] })).rowCount === 1;
}

/**
 * Withdraws a dataset: its features are deleted, and its identifier answers that it is gone. False: it was not
 * published.
 */
export async function withdrawDataset(tx: Queryable, { tenant, id }: DatasetKey): Promise<boolean> {
  const { rowCount } = await tx.query({ text: WITHDRAW, values: [tenant, id] });
  if (rowCount === 0) return false;
  await forgetRows(tx, { tenant, id });
  return true;
}

/** Also deletes the rows in prepared files. */
async function forgetRows(tx: Queryable, { tenant, id }: DatasetKey): Promise<void> {
  await tx.query({ text: FORGET_FEATURES, values: [tenant, id] });
  await tx.query({ text: FORGET_PREPARED, values: [tenant, id] });
}

/** Deletes a draft that was never published. */
export async function deleteDraft(db: Queryable, { tenant, id }: DatasetKey): Promise<boolean> {
  return (await db.query({ text: DELETE_DRAFT, values: [tenant, id] })).rowCount === 1;
}

function datasetOf(row: DatasetRow): Dataset {
  const known = {
    issuedAt: row.issued_at,
    withdrawnAt: row.withdrawn_at,
    refreshedAt: row.refreshed_at,
    fault: row.fault,
    digest: row.digest,
    bbox: row.bbox as BBox | null,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    schemaFaults: row.schema_faults === null ? null : (JSON.parse(row.schema_faults) as unknown),
  };
  return {
    tenant: row.tenant,
    id: row.id,
    definition: JSON.parse(row.definition),
    state: row.state,
    createdAt: row.created_at,
    generation: row.generation,
    featureCount: row.feature_count,
    ...(Object.fromEntries(Object.entries(known).filter(([, value]) => value !== null)) as Partial<Dataset>),
  };
}
