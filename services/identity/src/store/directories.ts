import type { Queryable } from '@alzette/kit/database';
import type { Secrets } from './secrets.ts';

/** An LDAP directory whose users sign in here. */
export interface Directory {
  readonly name: string;
  /** `ldap://…` or `ldaps://…`. */
  readonly url: string;
  /** Who looks users up; '': nobody in particular. */
  readonly bindDn: string;
  readonly baseDn: string;
  readonly settings: DirectorySettings;
  readonly enabled: boolean;
}

export interface DirectorySettings {
  /** Which entries are users. Default: (objectClass=inetOrgPerson). */
  readonly userFilter?: string;
  /** Default: uid, mail, givenName, sn. */
  readonly attributes?: {
    readonly username?: string;
    readonly email?: string;
    readonly givenName?: string;
    readonly familyName?: string;
  };
  /** Where groups are; absent: as the users. */
  readonly groupBaseDn?: string;
  /** Which of them a user is in, with `{dn}` and `{username}`. Default: (member={dn}). */
  readonly groupFilter?: string;
  /** Our groups by theirs: by `cn`, or by distinguished name. */
  readonly groups?: { readonly [theirs: string]: string };
  /** Of all its users. */
  readonly organisation?: string;
  /** TLS on a port without, by StartTLS. */
  readonly startTls?: boolean;
  /** PEM, of the authority that signed its certificate. */
  readonly authority?: string;
}

export interface SyncReport {
  readonly found: number;
  readonly created: number;
  readonly updated: number;
  /** No longer in the directory. */
  readonly disabled: number;
  readonly refused: readonly { readonly entry: string; readonly reason: string }[];
}

interface KeptDirectory extends Directory {
  readonly syncedAt?: Date;
  readonly report?: SyncReport;
}

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

export async function listDirectories(db: Queryable): Promise<KeptDirectory[]> {
  return (await db.query<DirectoryRow>({ text: LIST })).rows.map(toDirectory);
}

/** Those that are enabled, with what they are looked into with. */
export async function openDirectories(
  db: Queryable,
  secrets: Secrets,
): Promise<(Directory & { readonly bindPassword: string })[]> {
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

/** @param password absent: the one it has stays */
export async function saveDirectory(
  db: Queryable,
  secrets: Secrets,
  { name, url, bindDn, baseDn, settings, enabled }: Directory,
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

function toDirectory(row: DirectoryRow): KeptDirectory {
  return {
    name: row.name,
    url: row.url,
    bindDn: row.bind_dn,
    baseDn: row.base_dn,
    settings: JSON.parse(row.settings),
    enabled: row.enabled,
    ...(row.synced_at !== null && { syncedAt: row.synced_at }),
    ...(row.report !== null && { report: JSON.parse(row.report) }),
  };
}
