import type { Queryable } from '@alzette/kit/database';
import type { Directory, SyncReport } from '../contract/federation.ts';
import type { Secrets } from './secrets.ts';

/** An LDAP directory whose users can sign in. */
export type KeptDirectory = Omit<Directory, 'syncedAt' | 'report'>;

const LIST = `
  SELECT name, url, bind_dn, bind_password, base_dn, settings, enabled, synced_at, report FROM identity.directory ORDER BY name`;
const UPSERT = `
  INSERT INTO identity.directory (name, url, bind_dn, bind_password, base_dn, settings, enabled)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (name) DO UPDATE SET url = excluded.url, bind_dn = excluded.bind_dn,
    bind_password = coalesce(excluded.bind_password, identity.directory.bind_password),
    base_dn = excluded.base_dn, settings = excluded.settings, enabled = excluded.enabled`;
const DELETE = 'DELETE FROM identity.directory WHERE name = $1';
const REPORT = 'UPDATE identity.directory SET synced_at = now(), report = $2 WHERE name = $1';

interface DirectoryRow {
  readonly name: string;
  readonly url: string;
  readonly bind_dn: string;
  readonly bind_password: string | null;
  readonly base_dn: string;
  readonly settings: string;
  readonly enabled: boolean;
  readonly synced_at: Date | null;
  readonly report: string | null;
}

export async function listDirectories(db: Queryable): Promise<Directory[]> {
  return (await db.query<DirectoryRow>({ text: LIST })).rows.map(toDirectory);
}

/** The enabled directories, with their passwords opened. */
export async function openDirectories(
  db: Queryable,
  secrets: Secrets,
): Promise<(KeptDirectory & { readonly bindPassword: string })[]> {
  const { rows } = await db.query<DirectoryRow>({ text: LIST });
  return Promise.all(
    rows
      .filter(({ enabled }) => enabled)
      .map(async (row) => ({
        ...toDirectory(row),
        bindPassword: row.bind_password === null ? '' : await secrets.open(row.bind_password, ownerOf(row.name)),
      })),
  );
}

/** @param password absent: the stored one is kept */
export async function saveDirectory(
  db: Queryable,
  secrets: Secrets,
  { name, url, bindDn, baseDn, settings, enabled }: KeptDirectory,
  password: string | undefined,
): Promise<void> {
  const sealed = password === undefined ? null : await secrets.seal(password, ownerOf(name));
  await db.query({ text: UPSERT, values: [name, url, bindDn, sealed, baseDn, settings, enabled] });
}

export async function deleteDirectory(db: Queryable, name: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [name] })).rowCount === 1;
}

export async function keepReport(db: Queryable, name: string, report: SyncReport): Promise<void> {
  await db.query({ text: REPORT, values: [name, report] });
}

function ownerOf(name: string): string {
  return `directory:${name}`;
}

function toDirectory(row: DirectoryRow): Directory {
  return {
    name: row.name,
    url: row.url,
    bindDn: row.bind_dn,
    baseDn: row.base_dn,
    settings: JSON.parse(row.settings),
    enabled: row.enabled,
    ...(row.synced_at !== null && { syncedAt: row.synced_at.toISOString() }),
    ...(row.report !== null && { report: JSON.parse(row.report) }),
  };
}
