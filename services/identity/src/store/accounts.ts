import { randomUUID } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import type { Language } from '@alzette/kit/languages';
import { refused } from '@alzette/kit/problems';

/** A user account. `roles` are granted to the account itself; `effectiveRoles` include those of its groups. */
export interface Account {
  readonly id: string;
  /** Lower case. */
  readonly username: string;
  readonly email?: string;
  readonly emailVerified: boolean;
  readonly givenName: string;
  readonly familyName: string;
  readonly language: Language;
  readonly organisation?: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly effectiveRoles: readonly string[];
  readonly hasPassword: boolean;
  readonly mustChangePassword: boolean;
  readonly hasTotp: boolean;
  readonly passkeys: number;
  /** `local`, `directory:NAME` or `provider:NAME`. */
  readonly source: string;
  readonly distinguishedName?: string;
  readonly enabled: boolean;
  readonly isBreakGlass: boolean;
  readonly expiresAt?: Date;
  readonly createdAt: Date;
  readonly lastSignInAt?: Date;
}

/** The settable members of an account. Absent: unchanged, or the default for a new account; null: removed. */
export interface AccountChange {
  readonly username?: string;
  readonly email?: string | null;
  readonly emailVerified?: boolean;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly language?: Language;
  readonly organisation?: string | null;
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
  readonly enabled?: boolean;
  readonly source?: string;
  readonly distinguishedName?: string | null;
  readonly isBreakGlass?: boolean;
  readonly expiresAt?: Date | null;
}

const COLUMNS = `
  a.id, a.username, a.email, a.email_verified, a.given_name, a.family_name, a.language, a.organisation, a.roles, a.groups,
  ARRAY(SELECT DISTINCT role FROM (SELECT unnest(a.roles) AS role
    UNION SELECT unnest(g.roles) FROM identity.user_group g WHERE g.id = ANY (a.groups)) AS every ORDER BY role)
    AS effective_roles,
  a.password IS NOT NULL AS has_password, a.must_change_password, a.totp_secret IS NOT NULL AS has_totp,
  (SELECT count(*)::int FROM identity.passkey p WHERE p.account = a.id) AS passkeys,
  a.source, a.distinguished_name, a.enabled, a.is_break_glass, a.expires_at, a.created_at, a.last_sign_in_at`;
const SELECT = `SELECT ${COLUMNS} FROM identity.account a`;
const FIND = `${SELECT} WHERE a.id = $1`;
const FIND_BY_NAME = `${SELECT} WHERE a.username = lower($1) OR lower(a.email) = lower($1) ORDER BY a.username = lower($1) DESC LIMIT 1`;
const LIST = `
  ${SELECT} WHERE ($1::text IS NULL OR a.username > $1) AND ($2::text IS NULL OR a.username ILIKE $2 OR a.email ILIKE $2
    OR a.given_name || ' ' || a.family_name ILIKE $2)
  AND ($4::text IS NULL OR a.source = $4) ORDER BY a.username LIMIT $3`;
const HOLDERS = `
  ${SELECT} WHERE EXISTS (SELECT FROM unnest(a.roles) AS role WHERE starts_with(role, $1)) ORDER BY a.username LIMIT 1000`;
const COUNT = 'SELECT count(*)::int AS count FROM identity.account WHERE NOT is_break_glass';
const INSERT = `
  INSERT INTO identity.account (id, username, email, email_verified, given_name, family_name, language, organisation,
    roles, groups, enabled, source, distinguished_name, is_break_glass, expires_at)
  VALUES ($1::text, lower($2::text), $3::text, coalesce($4::boolean, false), coalesce($5::text, ''), coalesce($6::text, ''), coalesce($7::text, 'fr'), $8::text,
    coalesce($9::text[], '{}'), coalesce($10::text[], '{}'), coalesce($11::boolean, true), coalesce($12::text, 'local'), $13::text, coalesce($14::boolean, false), $15::timestamptz)`;
const UPDATE = `
  UPDATE identity.account SET username = coalesce(lower($2::text), username), email = CASE WHEN $16::boolean THEN $3::text ELSE email END,
    email_verified = CASE WHEN $16::boolean AND $3::text IS DISTINCT FROM email THEN coalesce($4::boolean, false) ELSE coalesce($4::boolean, email_verified) END,
    given_name = coalesce($5::text, given_name), family_name = coalesce($6::text, family_name), language = coalesce($7::text, language),
    organisation = CASE WHEN $17::boolean THEN $8::text ELSE organisation END, roles = coalesce($9::text[], roles),
    groups = coalesce($10::text[], groups), enabled = coalesce($11::boolean, enabled), source = coalesce($12::text, source),
    distinguished_name = coalesce($13::text, distinguished_name), is_break_glass = coalesce($14::boolean, is_break_glass),
    expires_at = CASE WHEN $18::boolean THEN $15::timestamptz ELSE expires_at END, modified_at = now() WHERE id = $1::text`;
const DELETE = 'DELETE FROM identity.account WHERE id = $1';
const SELECT_PASSWORD = 'SELECT password FROM identity.account WHERE id = $1';
const SET_PASSWORD = `
  UPDATE identity.account SET password = $2, must_change_password = $3, password_changed_at = now(), modified_at = now()
  WHERE id = $1`;
const SIGNED_IN = 'UPDATE identity.account SET last_sign_in_at = now() WHERE id = $1';
const UNKNOWN = `
  SELECT 'roles' AS member, array(SELECT unnest($1::text[]) EXCEPT SELECT id FROM identity.role) AS missing
  UNION ALL SELECT 'groups', array(SELECT unnest($2::text[]) EXCEPT SELECT id FROM identity.user_group)
  UNION ALL SELECT 'organisation', array(SELECT unnest($3::text[]) EXCEPT SELECT id FROM identity.organisation)`;

interface AccountRow {
  readonly id: string;
  readonly username: string;
  readonly email: string | null;
  readonly email_verified: boolean;
  readonly given_name: string;
  readonly family_name: string;
  readonly language: Language;
  readonly organisation: string | null;
  readonly roles: string[];
  readonly groups: string[];
  readonly effective_roles: string[];
  readonly has_password: boolean;
  readonly must_change_password: boolean;
  readonly has_totp: boolean;
  readonly passkeys: number;
  readonly source: string;
  readonly distinguished_name: string | null;
  readonly enabled: boolean;
  readonly is_break_glass: boolean;
  readonly expires_at: Date | null;
  readonly created_at: Date;
  readonly last_sign_in_at: Date | null;
}

export async function findAccount(db: Queryable, id: string): Promise<Account | undefined> {
  const { rows } = await db.query<AccountRow>({ name: 'identity-account', text: FIND, values: [id] });
  return rows[0] && toAccount(rows[0]);
}

/** Finds by user name, or else by e-mail address; case-insensitive. */
export async function findAccountByName(db: Queryable, name: string): Promise<Account | undefined> {
  const { rows } = await db.query<AccountRow>({ text: FIND_BY_NAME, values: [name] });
  return rows[0] && toAccount(rows[0]);
}

interface AccountQuery {
  /** Only accounts after this user name. */
  readonly after?: string;
  /** Part of a user name, an address or a name. */
  readonly search?: string;
  readonly limit: number;
  readonly source?: string;
}

export async function listAccounts(db: Queryable, { after, search, limit, source }: AccountQuery): Promise<Account[]> {
  const pattern = search === undefined ? null : `%${search.replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await db.query<AccountRow>({ text: LIST, values: [after ?? null, pattern, limit, source ?? null] });
  return rows.map(toAccount);
}

/** Accounts with a role that begins with this, by name. */
export async function listHolders(db: Queryable, beginning: string): Promise<Account[]> {
  return (await db.query<AccountRow>({ text: HOLDERS, values: [beginning] })).rows.map(toAccount);
}

/** The number of accounts without emergency accounts. */
export async function countAccounts(db: Queryable): Promise<number> {
  return (await db.query<{ count: number }>({ text: COUNT })).rows[0]?.count ?? 0;
}

/** @throws Problem: the name or address is in use, or a role, group or organisation does not exist */
export async function createAccount(db: Queryable, change: AccountChange & { username: string }): Promise<string> {
  await checkReferences(db, change);
  const id = randomUUID();
  await orTaken(db.query({ text: INSERT, values: valuesOf(id, change) }), change);
  return id;
}

/** False if there is no such account. @throws Problem: as `createAccount` */
export async function updateAccount(db: Queryable, id: string, change: AccountChange): Promise<boolean> {
  await checkReferences(db, change);
  const isSet = [change.email !== undefined, change.organisation !== undefined, change.expiresAt !== undefined];
  const { rowCount } = await orTaken(db.query({ text: UPDATE, values: [...valuesOf(id, change), ...isSet] }), change);
  return rowCount === 1;
}

export async function deleteAccount(db: Queryable, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [id] })).rowCount === 1;
}

export async function passwordHash(db: Queryable, id: string): Promise<string | undefined> {
  const { rows } = await db.query<{ password: string | null }>({ text: SELECT_PASSWORD, values: [id] });
  return rows[0]?.password ?? undefined;
}

export async function setPasswordHash(db: Queryable, id: string, hash: string, mustChange: boolean): Promise<void> {
  await db.query({ text: SET_PASSWORD, values: [id, hash, mustChange] });
}

export async function markSignedIn(db: Queryable, id: string): Promise<void> {
  await db.query({ text: SIGNED_IN, values: [id] });
}

/** Whether it may sign in now. */
export function isUsable({ enabled, expiresAt }: Account): boolean {
  return enabled && (expiresAt === undefined || expiresAt > new Date());
}

export function fullName({ givenName, familyName, username }: Account): string {
  return `${givenName} ${familyName}`.trim() || username;
}

async function checkReferences(db: Queryable, { roles, groups, organisation }: AccountChange): Promise<void> {
  const given = [roles ?? [], groups ?? [], organisation ? [organisation] : []];
  if (given.every((list) => list.length === 0)) return;
  const { rows } = await db.query<{ member: string; missing: string[] }>({ text: UNKNOWN, values: given });
  for (const { member, missing } of rows) {
    if (missing.length > 0) throw refused(member, missing.join(', '), `ones that exist in /ops/identity`);
  }
}

function valuesOf(id: string, change: AccountChange): unknown[] {
  return [
    id,
    change.username ?? null,
    change.email ?? null,
    change.emailVerified ?? null,
    change.givenName ?? null,
    change.familyName ?? null,
    change.language ?? null,
    change.organisation ?? null,
    change.roles ?? null,
    change.groups ?? null,
    change.enabled ?? null,
    change.source ?? null,
    change.distinguishedName ?? null,
    change.isBreakGlass ?? null,
    change.expiresAt ?? null,
  ];
}

async function orTaken<T>(asked: Promise<T>, change: AccountChange): Promise<T> {
  try {
    return await asked;
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : '';
    if (/account_username_key/.test(text))
      throw refused('username', change.username, 'one that no other account has', 409);
    if (/account_email/.test(text)) throw refused('email', change.email, 'one that no other account has', 409);
    throw cause;
  }
}

function toAccount(row: AccountRow): Account {
  return {
    id: row.id,
    username: row.username,
    ...(row.email !== null && { email: row.email }),
    emailVerified: row.email_verified,
    givenName: row.given_name,
    familyName: row.family_name,
    language: row.language,
    ...(row.organisation !== null && { organisation: row.organisation }),
    roles: row.roles,
    groups: row.groups,
    effectiveRoles: row.effective_roles,
    hasPassword: row.has_password,
    mustChangePassword: row.must_change_password,
    hasTotp: row.has_totp,
    passkeys: row.passkeys,
    source: row.source,
    ...(row.distinguished_name !== null && { distinguishedName: row.distinguished_name }),
    enabled: row.enabled,
    isBreakGlass: row.is_break_glass,
    ...(row.expires_at !== null && { expiresAt: row.expires_at }),
    createdAt: row.created_at,
    ...(row.last_sign_in_at !== null && { lastSignInAt: row.last_sign_in_at }),
  };
}
