import type { Database, Queryable } from '@alzette/kit/database';
import type { FileFormat } from '../catalogue/formats.ts';
import type { DatasetKey } from '../datasets/dataset.ts';

const COLUMNS =
  'tenant, id, dataset, format, query, state, asked_at, ended_at, written_rows::int8 AS written_rows, all_rows::int8 AS all_rows, bytes::int8 AS bytes, fault';
const KEPT_S = 86_400;
/** The retention of a file after its last request, in SQL. */
export const KEPT_FOR = `interval '${KEPT_S} seconds'`;

/** The end of a file's retention, as ISO 8601. */
export const keptUntil = (askedAt: Date) => new Date(askedAt.getTime() + KEPT_S * 1000).toISOString();

const FIND = `SELECT ${COLUMNS} FROM opendata.prepared_file WHERE tenant = $1 AND id = $2 AND dataset IS NOT NULL AND asked_at > now() - ${KEPT_FOR}`;
// A failed file is started again.
const ASK = `
  INSERT INTO opendata.prepared_file (tenant, id, dataset, format, query) VALUES ($1, $2, $3, $4, $5::jsonb)
  ON CONFLICT (id) DO UPDATE SET state = 'waiting', asked_at = now(), ended_at = NULL, written_rows = 0, bytes = 0, fault = NULL
  WHERE prepared_file.state = 'failed' OR prepared_file.asked_at <= now() - ${KEPT_FOR}`;
const BEGIN = `
  UPDATE opendata.prepared_file SET state = 'running', all_rows = $2, written_rows = 0, bytes = 0, fault = NULL, noted_at = now()
  WHERE id = $1`;
const EMPTY = 'DELETE FROM opendata.prepared_part WHERE file = $1';
const ADD = 'INSERT INTO opendata.prepared_part (file, position, bytes) VALUES ($1, $2, $3)';
const NOTE = 'UPDATE opendata.prepared_file SET written_rows = $2, bytes = bytes + $3, noted_at = now() WHERE id = $1';
const END = `UPDATE opendata.prepared_file SET state = $2, fault = $3, ended_at = now() WHERE id = $1`;
const PART = 'SELECT bytes FROM opendata.prepared_part WHERE file = $1 AND position = $2';
const FORGET = `DELETE FROM opendata.prepared_file WHERE asked_at <= now() - ${KEPT_FOR}`;
const USED = `
  SELECT coalesce(sum(bytes), 0)::int8 AS bytes, count(*) FILTER (WHERE tenant = $1 AND state IN ('waiting', 'running'))::int AS waiting
  FROM opendata.prepared_file /* all tenants: they share the space */`;

/** A file that is written, or was written, in the background. */
export interface PreparedFile {
  readonly tenant: string;
  readonly id: string;
  readonly dataset: string;
  readonly format: FileFormat;
  /** The parameters of the request, JSON. */
  readonly query: string;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly asked_at: Date;
  readonly ended_at: Date | null;
  readonly written_rows: number;
  readonly all_rows: number | null;
  readonly bytes: number;
  readonly fault: string | null;
}

export async function findPrepared(db: Queryable, tenant: string, id: string): Promise<PreparedFile | undefined> {
  return (await db.query<PreparedFile>({ text: FIND, values: [tenant, id] })).rows[0];
}

/** @returns whether the file must be written; false: it exists or is scheduled */
export async function askForFile(
  tx: Queryable,
  id: string,
  dataset: DatasetKey,
  format: FileFormat,
  query: object,
): Promise<boolean> {
  return (
    (await tx.query({ text: ASK, values: [dataset.tenant, id, dataset.id, format, JSON.stringify(query)] }))
      .rowCount === 1
  );
}

/** The bytes of all stored files, and the number of unfinished ones of a tenant. */
export async function preparedUse(db: Queryable, tenant: string): Promise<{ bytes: number; waiting: number }> {
  const { rows } = await db.query<{ bytes: number; waiting: number }>({ text: USED, values: [tenant] });
  return rows[0] as { bytes: number; waiting: number }; // an aggregate has one row
}

/** @param allRows null: unknown */
export async function beginFile(db: Database, id: string, allRows: number | null): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query({ text: EMPTY, values: [id] });
    await tx.query({ text: BEGIN, values: [id, allRows] });
  });
}

export async function addPart(
  db: Database,
  id: string,
  position: number,
  bytes: Uint8Array,
  writtenRows: number,
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query({ text: ADD, values: [id, position, bytes] });
    await tx.query({ text: NOTE, values: [id, writtenRows, bytes.length] });
  });
}

export async function endFile(db: Queryable, id: string, state: 'done' | 'failed' | 'waiting', fault?: string) {
  await db.query({ text: END, values: [id, state, fault?.slice(0, 500) ?? null] });
}

/** The parts of a file in order. */
export async function* partsOf(db: Queryable, id: string): AsyncGenerator<Uint8Array, void, undefined> {
  for (let position = 0; ; position++) {
    const [part] = (await db.query<{ bytes: Uint8Array }>({ text: PART, values: [id, position] })).rows;
    if (part === undefined) return;
    yield part.bytes;
  }
}

/** Deletes the files whose last request was more than a day ago. */
export async function forgetPrepared(db: Queryable): Promise<number> {
  return (await db.query({ text: FORGET })).rowCount;
}
