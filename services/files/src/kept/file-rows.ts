import type { Queryable } from '@alzette/kit/database';
import type { StoredFile, Visibility } from '../ports.ts';

const COLUMNS = 'id, owner, digest, kind, visibility, name, bytes, width, height, created_at, is_stored, attached_at';
const BEGIN = `
  INSERT INTO files.file (tenant, id, owner, key, digest, kind, visibility, name, bytes, width, height)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
  ON CONFLICT (tenant, owner, key) WHERE key IS NOT NULL DO NOTHING RETURNING ${COLUMNS}`;
const BY_KEY = `SELECT ${COLUMNS} FROM files.file WHERE tenant = $1 AND owner = $2 AND key = $3`;
const BY_IDS = `SELECT ${COLUMNS} FROM files.file WHERE tenant = $1 AND id = ANY($2::text[]) AND is_stored`;
const STORED = `UPDATE files.file SET is_stored = true WHERE tenant = $1 AND id = $2 RETURNING ${COLUMNS}`;
const ATTACH = `
  UPDATE files.file SET attached_at = least(attached_at, now()) WHERE tenant = $1 AND id = ANY($2::text[])`;
const SHOW = `UPDATE files.file SET visibility = $3 WHERE tenant = $1 AND id = ANY($2::text[])`;
const DELETE = `DELETE FROM files.file WHERE tenant = $1 AND id = ANY($2::text[])`;
const TAKE_UNATTACHED = `
  SELECT tenant, id, kind FROM files.file
  WHERE attached_at IS NULL AND created_at < now() - make_interval(hours => $1) ORDER BY created_at LIMIT $2 /* all tenants: the job that deletes what nothing refers to */`;

/** A stored file. */
export interface FileRow extends StoredFile {
  /** SHA-256 of the uploaded bytes. */
  readonly digest: string;
  readonly isStored: boolean;
  readonly isAttached: boolean;
}

export type NewFile = Omit<FileRow, 'createdAt' | 'isStored' | 'isAttached'> & { readonly key?: string | undefined };

interface Row {
  readonly id: string;
  readonly owner: string;
  readonly digest: string;
  readonly kind: 'image' | 'pdf';
  readonly visibility: Visibility;
  readonly name: string;
  readonly bytes: number;
  readonly width: number | null;
  readonly height: number | null;
  readonly created_at: Date;
  readonly is_stored: boolean;
  readonly attached_at: Date | null;
}

/** Records a file before its bytes are stored. Undefined: the key is in use. */
export async function beginFile(db: Queryable, tenant: string, file: NewFile): Promise<FileRow | undefined> {
  const { id, owner, key = null, digest, kind, visibility, name, bytes, width = null, height = null } = file;
  const values = [tenant, id, owner, key, digest, kind, visibility, name, bytes, width, height];
  return toFile((await db.query<Row>({ text: BEGIN, values })).rows[0]);
}

export async function findByKey(db: Queryable, tenant: string, owner: string, key: string) {
  return toFile((await db.query<Row>({ text: BY_KEY, values: [tenant, owner, key] })).rows[0]);
}

export async function findFiles(db: Queryable, tenant: string, ids: readonly string[]): Promise<FileRow[]> {
  const { rows } = await db.query<Row>({ text: BY_IDS, values: [tenant, ids] });
  const found = new Map(rows.map((row) => [row.id, toFile(row) as FileRow])); // every row has a file
  return ids.flatMap((id) => found.get(id) ?? []);
}

/** Records that the bytes are stored. Undefined: it was deleted in the meantime. */
export async function markStored(db: Queryable, tenant: string, id: string): Promise<FileRow | undefined> {
  return toFile((await db.query<Row>({ text: STORED, values: [tenant, id] })).rows[0]);
}

export async function attachFiles(db: Queryable, tenant: string, ids: readonly string[]): Promise<void> {
  await db.query({ text: ATTACH, values: [tenant, ids] });
}

export async function setVisibility(db: Queryable, tenant: string, ids: readonly string[], visibility: Visibility) {
  await db.query({ text: SHOW, values: [tenant, ids, visibility] });
}

export async function deleteFiles(db: Queryable, tenant: string, ids: readonly string[]): Promise<void> {
  await db.query({ text: DELETE, values: [tenant, ids] });
}

/** Files that nothing was attached to for this many hours. */
export async function unattachedFiles(db: Queryable, hours: number, most: number) {
  return (await db.query<{ tenant: string; id: string }>({ text: TAKE_UNATTACHED, values: [hours, most] })).rows;
}

function toFile(row: Row | undefined): FileRow | undefined {
  if (row === undefined) return undefined;
  const { id, owner, digest, kind, visibility, name, bytes, width, height } = row;
  const size = { ...(width !== null && { width }), ...(height !== null && { height }) };
  const state = { isStored: row.is_stored, isAttached: row.attached_at !== null };
  return {
    id,
    owner,
    digest,
    kind,
    visibility,
    name,
    bytes,
    ...size,
    createdAt: row.created_at.toISOString(),
    ...state,
  };
}

/** The public representation of a file. */
export function shownFile({
  digest: _digest,
  isStored: _isStored,
  isAttached: _isAttached,
  ...file
}: FileRow): StoredFile {
  return file;
}
