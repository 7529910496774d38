import type { Database, Queryable } from '../../database/database.ts';
import type { PastInstance } from '../../model/temporal/temporal-entity.ts';
import { type HistoryRows, pushPast } from '../rows/history-rows.ts';
import { unfoldInitialInstances } from '../rows/initial-instances.ts';

/** The progress of a file. */
export interface ImportProgress {
  readonly id: number;
  readonly bytes: number;
  readonly lines: number;
  /** A hash of the bytes before `bytes`. */
  readonly tail: string;
  /** The number of instances added, and of those that already existed. */
  readonly imported: number;
  readonly known: number;
  /** The number of rejected lines. */
  readonly rejected: number;
  readonly isFinished: boolean;
}

/** Why a line was rejected. */
export interface Rejection {
  readonly line: number;
  readonly field: string;
  readonly got: string;
  readonly expected: string;
}

/** What is written in one transaction. */
interface ImportBatch {
  readonly entities: ReadonlyMap<string, readonly PastInstance[]>;
  readonly rejections: readonly Rejection[];
  /** The position in the file after this batch. */
  readonly bytes: number;
  readonly lines: number;
  readonly tail: string;
}

/** The number of stored rejections per file; all are counted. */
const KEPT_REJECTIONS = 10_000;

const COLUMNS = `id, bytes, lines, tail, imported, known, rejected, finished_at IS NOT NULL AS "isFinished"`;
const FORGET = 'DELETE FROM history_import WHERE tenant = $1 AND fingerprint = $2';
const BEGIN_IMPORT = `
  INSERT INTO history_import (tenant, file, fingerprint) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, fingerprint) DO UPDATE SET file = excluded.file RETURNING ${COLUMNS}`;
const HOLD = 'SELECT bytes FROM history_import WHERE id = $1 FOR UPDATE';
const ADVANCE = `
  UPDATE history_import SET bytes = $2, lines = $3, tail = $4, imported = imported + $5, known = known + $6,
    rejected = rejected + $7, finished_at = NULL
  WHERE id = $1 RETURNING ${COLUMNS}`;
const FINISH = `UPDATE history_import SET finished_at = now() WHERE id = $1 RETURNING ${COLUMNS}`;
const REJECT = `
  INSERT INTO history_import_rejection (import_id, line, field, got, expected)
  SELECT $1, r.* FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[]) AS r
  WHERE (SELECT count(*) FROM history_import_rejection WHERE import_id = $1) < ${KEPT_REJECTIONS}`;
const REJECTIONS = `
  SELECT line, field, got, expected FROM history_import_rejection WHERE import_id = $1 ORDER BY line LIMIT $2`;

const STAGED = 'tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number';
const STAGE = `
  CREATE TEMP TABLE IF NOT EXISTS history_staged (tenant text COLLATE "C", entity_id text COLLATE "C",
    attribute text COLLATE "C", dataset_id text, kind text, at timestamptz, modified_at timestamptz, instance jsonb,
    number float8) ON COMMIT DELETE ROWS`;
const COPY = `COPY history_staged (${STAGED}) FROM STDIN`;
const INSERT_STAGED = `
  INSERT INTO history_staged SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[],
    $6::timestamptz[], $7::timestamptz[], $8::jsonb[], $9::float8[])`;
const MAKE_PARTITIONS = `
  SELECT make_history_partitions(month, month)
  FROM (SELECT DISTINCT date_trunc('month', at, 'UTC') AS month FROM history_staged) AS months ORDER BY month`;
// Forces lookups by index for each row: the planner has no statistics on the staged rows and would read the whole
// history.
const PLAN = `SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off; SET LOCAL synchronous_commit = on`;
const TAKE_OVER = `
  INSERT INTO history (${STAGED})
  SELECT ${STAGED} FROM history_staged s
  WHERE NOT EXISTS (
    SELECT 1 FROM history h
    WHERE h.tenant = $3 AND h.entity_id = s.entity_id AND h.attribute = s.attribute AND h.at = s.at
      AND h.dataset_id = s.dataset_id AND h.at BETWEEN $1 AND $2)`;

/** Continues the import of a file, or starts it; `again` starts from the beginning. */
export async function beginImport(
  db: Database,
  tenant: string,
  file: string,
  fingerprint: string,
  again: boolean,
): Promise<ImportProgress> {
  return db.transaction(async (tx) => {
    if (again) await tx.query({ text: FORGET, values: [tenant, fingerprint] });
    return one(await tx.query<ImportProgress>({ text: BEGIN_IMPORT, values: [tenant, file, fingerprint] }));
  });
}

/**
 * Writes a batch into the history, with the checkpoint and the rejections, in one transaction.
 *
 * @throws Error: another process is importing the same file
 */
export async function putBatch(
  db: Database,
  tenant: string,
  { id, bytes: from }: ImportProgress,
  batch: ImportBatch,
): Promise<ImportProgress> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ bytes: number }>({ text: HOLD, values: [id] });
    if (rows[0]?.bytes !== from) throw new Error('Another process imports this file');
    const staged = stagedRows(tenant, batch);
    await unfoldInitialInstances(tx, tenant, [...batch.entities.keys()]);
    const imported = staged.count === 0 ? 0 : await takeOver(tx, tenant, staged);
    const { rejections, bytes, lines, tail } = batch;
    if (rejections.length > 0) await reject(tx, id, rejections);
    const values = [id, bytes, lines, tail, imported, staged.count - imported, rejections.length];
    return one(await tx.query<ImportProgress>({ text: ADVANCE, values }));
  });
}

export async function finishImport(db: Database, { id }: ImportProgress): Promise<ImportProgress> {
  return one(await db.query<ImportProgress>({ text: FINISH, values: [id] }));
}

/** The first rejected lines. */
export async function rejectionsOf(db: Database, { id }: ImportProgress, most: number): Promise<Rejection[]> {
  return (await db.query<Rejection>({ text: REJECTIONS, values: [id, most] })).rows;
}

function one<Row>({ rows }: { rows: Row[] }): Row {
  return rows[0] as Row; // each of these statements returns one row
}

interface Staged {
  readonly rows: unknown[][];
  readonly count: number;
  readonly first: string;
  readonly last: string;
}

function stagedRows(tenant: string, { entities }: ImportBatch): Staged {
  const rows: unknown[][] = [];
  let [first, last] = ['', ''];
  const now = new Date().toISOString();
  const taken: HistoryRows = {
    push(of, id, attribute, datasetId = '', kind, observedAt = now, instance, number) {
      const at = observedAt as string;
      if (first === '' || at < first) first = at;
      if (at > last) last = at;
      rows.push([of, id, attribute, datasetId, kind, at, now, instance, number]);
    },
  };
  for (const [id, instances] of entities) pushPast(taken, tenant, id, instances);
  return { rows, count: rows.length, first, last };
}

async function takeOver(tx: Queryable, tenant: string, { rows, first, last }: Staged): Promise<number> {
  await tx.query({ text: STAGE });
  if (tx.copyFrom !== undefined) await tx.copyFrom(COPY, copyChunks(rows));
  else {
    const columns = Array.from({ length: rows[0]?.length ?? 0 }, (_, i) => rows.map((row) => row[i]));
    await tx.query({ text: INSERT_STAGED, values: columns });
  }
  await tx.query({ text: MAKE_PARTITIONS });
  await tx.query({ text: PLAN });
  // Fractions have different lengths, so the text order may be off by up to a second.
  const [from, until] = [new Date(Date.parse(first) - 1000), new Date(Date.parse(last) + 1000)];
  return (await tx.query({ text: TAKE_OVER, values: [from, until, tenant] })).rowCount;
}

const CHUNK_ROWS = 200;
const ESCAPED = /[\\\t\n\r]/g;
const ESCAPES: { readonly [character: string]: string } = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

/** Formats rows for COPY. */
function* copyChunks(rows: readonly unknown[][]): Iterable<string> {
  for (let start = 0; start < rows.length; start += CHUNK_ROWS) {
    let chunk = '';
    for (const row of rows.slice(start, start + CHUNK_ROWS)) {
      for (let i = 0; i < row.length; i++) {
        const value = row[i];
        if (i > 0) chunk += '\t';
        chunk +=
          value === undefined || value === null ? '\\N' : String(value).replace(ESCAPED, (c) => ESCAPES[c] as string);
      }
      chunk += '\n';
    }
    yield chunk;
  }
}

async function reject(tx: Queryable, id: number, rejections: readonly Rejection[]): Promise<void> {
  await tx.query({
    text: REJECT,
    values: [
      id,
      rejections.map(({ line }) => line),
      rejections.map(({ field }) => field),
      rejections.map(({ got }) => got),
      rejections.map(({ expected }) => expected),
    ],
  });
}
