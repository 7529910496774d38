import { randomUUID } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import type { PostingKey } from '../contract/setup.ts';

const INSERT = 'INSERT INTO reports.posting_key (tenant, id, name, digest, expires_at) VALUES ($1, $2, $3, $4, $5)';
const LIST = 'SELECT id, name, created_at, expires_at FROM reports.posting_key WHERE tenant = $1 ORDER BY created_at';
const DELETE = 'DELETE FROM reports.posting_key WHERE tenant = $1 AND id = $2 RETURNING id';
const FIND = `
  SELECT id FROM reports.posting_key WHERE tenant = $1 AND digest = $2 AND (expires_at IS NULL OR expires_at > now())`;

export async function insertPostingKey(
  db: Queryable,
  tenant: string,
  {
    name,
    digest,
    expiresAt,
  }: { readonly name: string; readonly digest: string; readonly expiresAt?: Date | undefined },
): Promise<string> {
  const id = randomUUID();
  await db.query({ text: INSERT, values: [tenant, id, name, digest, expiresAt ?? null] });
  return id;
}

export async function listPostingKeys(db: Queryable, tenant: string): Promise<PostingKey[]> {
  const { rows } = await db.query<{ id: string; name: string; created_at: Date; expires_at: Date | null }>({
    text: LIST,
    values: [tenant],
  });
  return rows.map(({ id, name, created_at: createdAt, expires_at: expiresAt }) => ({
    id,
    name,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
  }));
}

export async function deletePostingKey(db: Queryable, tenant: string, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [tenant, id] })).rows.length > 0;
}

/** The id of a key, by its SHA-256; undefined: unknown or expired. */
export async function findPostingKey(db: Queryable, tenant: string, digest: string): Promise<string | undefined> {
  return (await db.query<{ id: string }>({ text: FIND, values: [tenant, digest] })).rows[0]?.id;
}
