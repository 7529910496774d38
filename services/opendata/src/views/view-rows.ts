import type { Queryable } from '@alzette/kit/database';
import type { FileFormat } from '../catalogue/formats.ts';
import { KEPT_FOR } from '../exports/prepared-rows.ts';

const COLUMNS =
  'id, name, format, asked_at, written_rows::int8 AS written_rows, all_rows::int8 AS all_rows, bytes::int8 AS bytes';
/** A running process updates its files more often than this. */
const GONE_AFTER = `interval '1 minute'`;
const IS_GONE = `(state IN ('waiting', 'running') AND noted_at < now() - ${GONE_AFTER})`;
const ASK = `
  INSERT INTO opendata.prepared_file (id, tenant, owner, name, format, query) VALUES ($1, $2, $3, $4, $5, '{}')`;
const FIND = `
  SELECT ${COLUMNS}, CASE WHEN ${IS_GONE} THEN 'failed' ELSE state END AS state,
    CASE WHEN ${IS_GONE} THEN 'the product was stopped while the file was written: request it again' ELSE fault END AS fault
  FROM opendata.prepared_file
  WHERE id = $1 AND tenant = $2 AND owner = $3 AND asked_at > now() - ${KEPT_FOR}`;
const LIVES = 'UPDATE opendata.prepared_file SET noted_at = now() WHERE id = $1';
const UNFINISHED = `
  SELECT count(*)::int AS count FROM opendata.prepared_file
  WHERE tenant = $1 AND owner = $2 AND state IN ('waiting', 'running') AND NOT ${IS_GONE}`;

/** The file of a view. */
export interface ViewFile {
  readonly id: string;
  readonly name: string;
  readonly format: FileFormat;
  readonly state: 'waiting' | 'running' | 'done' | 'failed';
  readonly asked_at: Date;
  readonly written_rows: number;
  readonly all_rows: number | null;
  readonly bytes: number;
  readonly fault: string | null;
}

/** The owner of files; for others they don't exist. */
export interface Owner {
  readonly tenant: string;
  readonly owner: string;
}

export async function askForView(
  db: Queryable,
  id: string,
  { tenant, owner }: Owner,
  { name, format }: Pick<ViewFile, 'name' | 'format'>,
): Promise<void> {
  await db.query({ text: ASK, values: [id, tenant, owner, name, format] });
}

export async function findView(db: Queryable, id: string, { tenant, owner }: Owner): Promise<ViewFile | undefined> {
  return (await db.query<ViewFile>({ text: FIND, values: [id, tenant, owner] })).rows[0];
}

/** Records that the file is still being written. */
export async function noteAlive(db: Queryable, id: string): Promise<void> {
  await db.query({ text: LIVES, values: [id] });
}

/** The number of unfinished files of an owner. */
export async function unfinishedViews(db: Queryable, { tenant, owner }: Owner): Promise<number> {
  const { rows } = await db.query<{ count: number }>({ text: UNFINISHED, values: [tenant, owner] });
  return rows[0]?.count ?? 0;
}
