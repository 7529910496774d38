import { createHash } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import type { Dataset, DatasetDefinition, Feature } from '../datasets/dataset.ts';
import { findPublished } from '../datasets/dataset-rows.ts';
import { schemaChecker } from '../datasets/table-schema.ts';
import { FREQUENCIES } from '../datasets/vocabulary.ts';
import { type OpenDataParts, PUBLIC_TENANT } from '../parts.ts';
import { collectFeatures } from './collect.ts';
import { keepEntity } from './dataset-entity.ts';
import { countSquares } from './grid.ts';

const BATCH = 500;

const NEXT_GENERATION = `SELECT nextval('opendata.generation')::int8 AS generation`;
const INSERT = `
  INSERT INTO opendata.feature (dataset, generation, id, properties, geometry, at)
  SELECT $1, $2, f ->> 'id', f -> 'properties', ST_SetSRID(ST_GeomFromGeoJSON(f ->> 'geometry'), 4326), (f ->> 'at')::timestamptz
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
    FROM opendata.feature WHERE dataset = $1 AND generation = $2
  ) s
  WHERE d.id = $1 AND d.state = 'published' AND d.definition = $8::jsonb`;
const KEEP = `
  UPDATE opendata.dataset SET refreshed_at = $2, next_refresh_at = $3, fault = NULL WHERE id = $1 AND state = 'published'`;
const FAIL = `UPDATE opendata.dataset SET fault = $2, next_refresh_at = $3 WHERE id = $1`;
const DELETE_OTHERS = `
  DELETE FROM opendata.feature f USING opendata.dataset d
  WHERE d.id = f.dataset AND f.dataset = $1 AND f.generation <> d.generation AND f.generation <= $2`;
const DUE = `
  SELECT id FROM opendata.dataset WHERE state = 'published' AND next_refresh_at <= now() ORDER BY next_refresh_at LIMIT 100`;

const RETRY_MS = 10 * 60_000;

/** Published datasets that are due for a refresh. */
export async function dueDatasets(db: Queryable): Promise<string[]> {
  return (await db.query<{ id: string }>({ text: DUE })).rows.map(({ id }) => id);
}

/**
 * Writes a dataset's new rows and then switches to them. If nothing has changed, the old rows stay, so that files keep
 * their ETags.
 *
 * @throws Error: the rows can't be read; the error is stored with the dataset, and the old rows stay
 */
export async function refreshDataset(parts: OpenDataParts, { id, definition, digest }: Dataset): Promise<void> {
  const { db } = parts;
  const now = new Date();
  const next = new Date(now.getTime() + FREQUENCIES[definition.frequency].everyMs);
  const generation = (await db.query<{ generation: number }>({ text: NEXT_GENERATION })).rows[0]?.generation as number;
  try {
    const written = await writeFeatures(parts, id, generation, definition, now);
    if (written.digest === digest) await db.query({ text: KEEP, values: [id, now, next] });
    else {
      const faults = written.schemaFaults ? JSON.stringify(written.schemaFaults) : null;
      const values = [id, generation, written.digest, written.count, now, next, faults, JSON.stringify(definition)];
      await db.query({ text: SHOW, values });
    }
    const shown = await findPublished(db, id);
    if (shown !== undefined) await keepEntity(parts, shown);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    await db.query({ text: FAIL, values: [id, why.slice(0, 500), new Date(now.getTime() + RETRY_MS)] });
    throw cause;
  } finally {
    await db.query({ text: DELETE_OTHERS, values: [id, generation] });
  }
}

async function writeFeatures(
  parts: OpenDataParts,
  id: string,
  generation: number,
  definition: DatasetDefinition,
  now: Date,
) {
  const { db } = parts;
  const source = { ...parts, territory: parts.territories.of(PUBLIC_TENANT) };
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
    count += (await db.query({ text: INSERT, values: [id, generation, rows] })).rowCount;
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
