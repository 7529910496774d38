import { createHash, timingSafeEqual } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import type { Client } from '../contract/clients.ts';

const COLUMNS = 'id, name, metadata, secret_hash, roles, groups, organisation, enabled';
const SELECT_ALL = `SELECT ${COLUMNS} FROM identity.client ORDER BY id`;
const SELECT_ONE = `SELECT ${COLUMNS} FROM identity.client WHERE id = $1`;
const UPSERT = `
  INSERT INTO identity.client (id, name, metadata, secret_hash, roles, groups, organisation, enabled)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (id) DO UPDATE SET name = excluded.name, metadata = excluded.metadata,
    secret_hash = coalesce(excluded.secret_hash, identity.client.secret_hash), roles = excluded.roles,
    groups = excluded.groups, organisation = excluded.organisation, enabled = excluded.enabled`;
const DELETE = 'DELETE FROM identity.client WHERE id = $1';

interface ClientRow {
  readonly id: string;
  readonly name: string;
  readonly metadata: string;
  readonly secret_hash: string | null;
  readonly roles: string[];
  readonly groups: string[];
  readonly organisation: string | null;
  readonly enabled: boolean;
}

export async function listClients(db: Queryable): Promise<Client[]> {
  return (await db.query<ClientRow>({ text: SELECT_ALL })).rows.map(toClient);
}

export async function findClient(db: Queryable, id: string): Promise<Client | undefined> {
  const row = await rowOf(db, id);
  return row && toClient(row);
}

async function rowOf(db: Queryable, id: string): Promise<ClientRow | undefined> {
  if (id.includes('\u0000')) return undefined; // the database does not accept this character
  return (await db.query<ClientRow>({ name: 'identity-client', text: SELECT_ONE, values: [id] })).rows[0];
}

/**
 * The metadata for the provider, with the hash in place of the secret; undefined if there is no such client or it is
 * disabled.
 */
export async function clientMetadata(db: Queryable, id: string): Promise<Record<string, unknown> | undefined> {
  const row = await rowOf(db, id);
  if (row === undefined || !row.enabled) return undefined;
  return {
    ...JSON.parse(row.metadata),
    client_id: row.id,
    client_name: row.name,
    ...(row.secret_hash !== null && { client_secret: row.secret_hash }),
  };
}

/** @param secret absent: the stored one is kept */
export async function saveClient(
  db: Queryable,
  client: Omit<Client, 'hasSecret'>,
  secret: string | undefined,
): Promise<void> {
  const { id, name, metadata, roles, groups, organisation, enabled } = client;
  const hash = secret === undefined ? null : hashSecret(secret);
  await db.query({ text: UPSERT, values: [id, name, metadata, hash, roles, groups, organisation ?? null, enabled] });
}

export async function deleteClient(db: Queryable, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [id] })).rowCount === 1;
}

/** The hash of a secret that we generated: 256 random bits need no slow hash. */
function hashSecret(secret: string): string {
  return `sha256.${createHash('sha256').update(secret).digest('base64url')}`;
}

export function isSecretOf(hash: string, secret: string): boolean {
  const given = Buffer.from(hashSecret(secret));
  const kept = Buffer.from(hash);
  return given.length === kept.length && timingSafeEqual(given, kept);
}

function toClient({ metadata, secret_hash, organisation, ...row }: ClientRow): Client {
  return {
    ...row,
    metadata: JSON.parse(metadata),
    hasSecret: secret_hash !== null,
    ...(organisation !== null && { organisation }),
  };
}
