import { createHash } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import type { Dataset, DatasetKey, Feature } from '../datasets/dataset.ts';
import { findPublished } from '../datasets/dataset-rows.ts';
import { schemaChecker } from '../datasets/table-schema.ts';
import { FREQUENCIES } from '../datasets/vocabulary.ts';
import { type OpenDataParts, siteOf } from '../parts.ts';
import { collectFeatures } from './collect.ts';
import { keepEntity } from './dataset-entity.ts';
import { countSquares } from './grid.ts';

const BATCH = 500;

const NEXT_GENERATION = `SELECT nextval('opendata.generation')::int8 AS generation`;
const INSERT = `
  INSERT INTO opendata.feature (tenant, dataset, generation, id, properties, geometry, at)
  SELECT $4, $1, $2, f ->> 'id', f -> 'properties', ST_SetSRID(ST_GeomFromGeoJSON(f ->> 'geometry'), 4326), (f ->> 'at')::timestamptz
  FROM jsonb_array_elements($3::jsonb) AS f
  ON CONFLICT (dataset, generation, id) DO NOTHING`;
// Only if the dataset is still published with the same definition.
const SHOW = `
  UPDATE opendata.dataset d SET generation = $2, digest = $3, feature_count = $4, refreshed_at = $5, next_refresh_at = $6,
    schema_faults = $7::jsonb, fault = NULL, bbox = s.bbox, starts_at = s.starts_at, ends_at = s.ends_at
  FROM (
    SELECT min(at) AS starts_at, max(at) AS ends_at,
      CASE WHEN ST_Extent(geometry) IS NOT NULL THEN ARRAY[ST_XMin(ST_Extent(geometry)), ST_YMin(ST_Extent(geometry)),
        ST_XMax(ST_Extent(geometry)), ST_YMax(ST_Extent(geometry))] END AS bbox
    FROM opendata.feature WHERE tenant = $9 AND dataset = $1 AND generation = $2
  ) s
  WHERE d.tenant = $9 AND d.id = $1 AND d.state = 'published' AND d.definition = $8::jsonb`;
const KEEP = `
  UPDATE opendata.dataset SET refreshed_at = $3, next_refresh_at = $4, fault = NULL
  WHERE tenant = $1 AND id = $2 AND state = 'published'`;
const FAIL = `UPDATE opendata.dataset SET fault = $3, next_refresh_at = $4 WHERE tenant = $1 AND id = $2`;
const DELETE_OTHERS = `
  DELETE FROM opendata.feature f USING opendata.dataset d
  WHERE d.tenant = f.tenant AND d.id = f.dataset AND f.tenant = $1 AND f.dataset = $2
    AND f.generation <> d.generation AND f.generation <= $3`;
const DUE = `
  SELECT tenant, id FROM opendata.dataset WHERE state = 'published' AND next_refresh_at <= now()
  ORDER BY next_refresh_at LIMIT 100 /* all tenants: a job of the product */`;

const RETRY_MS = 10 * 60_000;

/** Published datasets that are due for a refresh. */
export async function dueDatasets(db: Queryable): Promise<DatasetKey[]> {
  return (await db.query<DatasetKey>({ text: DUE })).rows;
}

/**
 * Writes a dataset's new rows and then switches to them. If nothing has changed, the old rows stay, so that files keep
 * their ETags.
 *
 * @throws Error: the rows can't be read; the error is stored with the dataset, and the old rows stay
 */
export async function refreshDataset(parts: OpenDataParts, dataset: Dataset): Promise<void> {
  const { db } = parts;
  const { tenant, id, definition, digest } = dataset;
  const now = new Date();
  const next = new Date(now.getTime() + FREQUENCIES[definition.frequency].everyMs);
  const generation = (await db.query<{ generation: number }>({ text: NEXT_GENERATION })).rows[0]?.generation as number;
  try {
    const written = await writeFeatures(parts, dataset, generation, now);
    if (written.digest === digest) await db.query({ text: KEEP, values: [tenant, id, now, next] });
    else {
      const faults = written.schemaFaults ? JSON.stringify(written.schemaFaults) : null;
      const values = [
        id,
        generation,
        written.digest,
        written.count,
        now,
        next,
        faults,
        JSON.stringify(definition),
        tenant,
      ];
      await db.query({ text: SHOW, values });
    }
    const shown = await findPublished(db, dataset);
    if (shown !== undefined) await keepEntity(parts, shown);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    await db.query({ text: FAIL, values: [tenant, id, why.slice(0, 500), new Date(now.getTime() + RETRY_MS)] });
    throw cause;
  } finally {
    await db.query({ text: DELETE_OTHERS, values: [tenant, id, generation] });
  }
}

async function writeFeatures(parts: OpenDataParts, { tenant, id, definition }: Dataset, generation: number, now: Date) {
  const { db } = parts;
  const source = { ...parts, ...siteOf(parts.territories, tenant) };
  const features =
    definition.source.content.kind === 'grid'
      ? await countSquares(db, source, definition, now)
      : collectFeatures(source, definition, now);
  const checker = definition.schema && schemaChecker(definition.schema);
  const hash = createHash('sha256').update(JSON.stringify(definition.columns));
  const isGrid = definition.source.content.kind === 'grid';
  let batch: Feature[] = [];
  let count = 0;
  const flush = async () => {
    if (batch.length === 0) return;
    const rows = JSON.stringify(
      batch.map((each) => ({ ...each, geometry: each.geometry && JSON.stringify(each.geometry) })),
    );
    count += (await db.query({ text: INSERT, values: [id, generation, rows, tenant] })).rowCount;
    batch = [];
  };
  for await (const feature of features) {
    // The time of a count is that of the refresh, so it is not compared.
    const { at, ...rest } = feature;
    hash.update(JSON.stringify(isGrid ? rest : feature));
    checker?.check(feature);
    batch.push(feature);
    if (batch.length === BATCH) await flush();
  }
  await flush();
  return { digest: hash.digest('base64url').slice(0, 22), count, schemaFaults: checker?.faults() };
}
