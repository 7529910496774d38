import type { Queryable } from '@alzette/kit/database';
import type { FileOwner, StoredFile } from '../contract/contract.ts';
import type { Visibility } from '../ports.ts';

const COLUMNS =
  'id, owner, belongs_to, digest, kind, visibility, name, bytes, width, height, created_at, is_stored, attached_at';
const BEGIN = `
  INSERT INTO files.file (tenant, id, owner, key, digest, kind, visibility, name, bytes, width, height, belongs_to)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
  ON CONFLICT (tenant, owner, key) WHERE key IS NOT NULL DO NOTHING RETURNING ${COLUMNS}`;
const BY_KEY = `SELECT ${COLUMNS} FROM files.file WHERE tenant = $1 AND owner = $2 AND key = $3`;
const BY_IDS = `SELECT ${COLUMNS} FROM files.file WHERE tenant = $1 AND id = ANY($2::text[]) AND is_stored`;
const STORED = `UPDATE files.file SET is_stored = true WHERE tenant = $1 AND id = $2 RETURNING ${COLUMNS}`;
/** Before it is so old that the sweep may be deleting it. */
const CLAIM = `
  UPDATE files.file SET belongs_to = $4, attached_at = now()
  WHERE tenant = $1 AND id = ANY($2::text[]) AND owner = $3 AND belongs_to IS NULL AND attached_at IS NULL AND is_stored
    AND created_at > now() - interval '23 hours'
  RETURNING id`;
const SENT_AGAIN = `
  UPDATE files.file SET created_at = now() WHERE tenant = $1 AND id = $2 AND attached_at IS NULL`;
/** Files from before there were owners belong to nobody in particular. */
const IS_OWN = `tenant = $1 AND id = ANY($2::text[]) AND owner = $3 AND coalesce(belongs_to, $4) = $4`;
const ATTACH = `UPDATE files.file SET attached_at = least(attached_at, now()), belongs_to = $4 WHERE ${IS_OWN}`;
const SHOW = `UPDATE files.file SET visibility = $5 WHERE ${IS_OWN}`;
const OWN = `SELECT id FROM files.file WHERE ${IS_OWN}`;
const DELETE = `DELETE FROM files.file WHERE tenant = $1 AND id = ANY($2::text[])`;
const BYTES = 'SELECT coalesce(sum(bytes), 0)::int8 AS bytes FROM files.file WHERE tenant = $1';
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
  readonly belongs_to: string | null;
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
  const described = [digest, kind, visibility, name, bytes, width, height];
  const values = [tenant, id, owner.kind, key, ...described, owner.id ?? null];
  return toFile((await db.query<Row>({ text: BEGIN, values })).rows[0]);
}

/** What all files of a tenant take. */
export async function bytesOf(db: Queryable, tenant: string): Promise<number> {
  return (await db.query<{ bytes: number }>({ text: BYTES, values: [tenant] })).rows[0]?.bytes ?? 0;
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

/** Lets a file that is sent again be claimed for another day. */
export async function sentAgain(db: Queryable, tenant: string, id: string): Promise<void> {
  await db.query({ text: SENT_AGAIN, values: [tenant, id] });
}

/** Gives images that belong to nobody yet to their owner. @returns those that it got */
export async function claimFiles(tx: Queryable, tenant: string, ids: readonly string[], owner: Required<FileOwner>) {
  const { rows } = await tx.query<{ id: string }>({ text: CLAIM, values: ownValues(tenant, ids, owner) });
  return rows.map(({ id }) => id);
}

export async function attachFiles(db: Queryable, tenant: string, ids: readonly string[], owner: Required<FileOwner>) {
  await db.query({ text: ATTACH, values: ownValues(tenant, ids, owner) });
}

export async function setVisibility(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
  owner: Required<FileOwner>,
  visibility: Visibility,
): Promise<void> {
  await db.query({ text: SHOW, values: [...ownValues(tenant, ids, owner), visibility] });
}

/** Those of the files that belong to the owner. */
export async function filesOf(db: Queryable, tenant: string, ids: readonly string[], owner: Required<FileOwner>) {
  const { rows } = await db.query<{ id: string }>({ text: OWN, values: ownValues(tenant, ids, owner) });
  return rows.map(({ id }) => id);
}

function ownValues(tenant: string, ids: readonly string[], { kind, id }: Required<FileOwner>): unknown[] {
  return [tenant, ids, kind, id];
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
    owner: { kind: owner, ...(row.belongs_to !== null && { id: row.belongs_to }) },
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
