import type { Queryable } from '@alzette/kit/database';
import type { ExternalProvider } from '../contract/federation.ts';
import type { Secrets } from './secrets.ts';

const COLUMNS = 'name, title, issuer, client_id, settings, enabled';
const LIST = `SELECT ${COLUMNS}, client_secret FROM identity.external_provider ORDER BY title`;
const UPSERT = `
  INSERT INTO identity.external_provider (name, title, issuer, client_id, client_secret, settings, enabled)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (name) DO UPDATE SET title = excluded.title, issuer = excluded.issuer, client_id = excluded.client_id,
    client_secret = coalesce(excluded.client_secret, identity.external_provider.client_secret),
    settings = excluded.settings, enabled = excluded.enabled`;
const DELETE = 'DELETE FROM identity.external_provider WHERE name = $1';
const DELETE_LINKS = 'DELETE FROM identity.external_account WHERE provider = $1';
const FIND_LINK = 'SELECT account FROM identity.external_account WHERE provider = $1 AND subject = $2';
const LINK = `
  INSERT INTO identity.external_account (provider, subject, account) VALUES ($1, $2, $3)
  ON CONFLICT (provider, subject) DO UPDATE SET account = excluded.account`;
const UNLINK = 'DELETE FROM identity.external_account WHERE provider = $1 AND account = $2';
const KEEP_TOKEN = 'UPDATE identity.external_account SET id_token = $3 WHERE provider = $1 AND subject = $2';
const TAKE_TOKENS = `
  WITH taken AS (SELECT provider, subject, id_token FROM identity.external_account
    WHERE account = $1 AND id_token IS NOT NULL FOR UPDATE)
  UPDATE identity.external_account e SET id_token = NULL FROM taken t
  WHERE e.provider = t.provider AND e.subject = t.subject RETURNING t.provider, t.id_token`;

interface ProviderRow {
  readonly name: string;
  readonly title: string;
  readonly issuer: string;
  readonly client_id: string;
  readonly settings: string;
  readonly enabled: boolean;
  readonly client_secret: string | null;
}

export async function listProviders(db: Queryable): Promise<ExternalProvider[]> {
  return (await db.query<ProviderRow>({ text: LIST })).rows.map(toProvider);
}

/** An enabled provider with its secret opened. */
export async function findProvider(
  db: Queryable,
  secrets: Secrets,
  name: string,
): Promise<(ExternalProvider & { readonly secret: string | undefined }) | undefined> {
  const row = (await db.query<ProviderRow>({ text: LIST })).rows.find((each) => each.name === name && each.enabled);
  if (row === undefined) return undefined;
  const { client_secret: sealed } = row;
  return { ...toProvider(row), secret: sealed === null ? undefined : await secrets.open(sealed, ownerOf(name)) };
}

/** @param secret absent: the stored one is kept */
export async function saveProvider(
  db: Queryable,
  secrets: Secrets,
  { name, title, issuer, clientId, settings, enabled }: ExternalProvider,
  secret: string | undefined,
): Promise<void> {
  const sealed = secret === undefined ? null : await secrets.seal(secret, ownerOf(name));
  await db.query({ text: UPSERT, values: [name, title, issuer, clientId, sealed, settings, enabled] });
}

/** Accounts that it created stay, without the link. */
export async function deleteProvider(db: Queryable, name: string): Promise<boolean> {
  await db.query({ text: DELETE_LINKS, values: [name] });
  return (await db.query({ text: DELETE, values: [name] })).rowCount === 1;
}

export async function linkedAccount(db: Queryable, provider: string, subject: string): Promise<string | undefined> {
  return (await db.query<{ account: string }>({ text: FIND_LINK, values: [provider, subject] })).rows[0]?.account;
}

export async function linkAccount(db: Queryable, provider: string, subject: string, account: string): Promise<void> {
  await db.query({ text: LINK, values: [provider, subject, account] });
}

export async function unlinkAccount(db: Queryable, provider: string, account: string): Promise<boolean> {
  return (await db.query({ text: UNLINK, values: [provider, account] })).rowCount > 0;
}

export async function keepIdToken(
  db: Queryable,
  secrets: Secrets,
  of: { readonly provider: string; readonly subject: string; readonly idToken: string },
): Promise<void> {
  const sealed = await secrets.seal(of.idToken, `id_token:${of.provider}`);
  await db.query({ text: KEEP_TOKEN, values: [of.provider, of.subject, sealed] });
}

/** The ID tokens of an account's last external sign-ins. They are removed. */
export async function takeIdTokens(
  db: Queryable,
  secrets: Secrets,
  account: string,
): Promise<{ readonly provider: string; readonly idToken: string }[]> {
  const { rows } = await db.query<{ provider: string; id_token: string }>({ text: TAKE_TOKENS, values: [account] });
  return Promise.all(
    rows.map(async ({ provider, id_token }) => ({
      provider,
      idToken: await secrets.open(id_token, `id_token:${provider}`),
    })),
  );
}

function ownerOf(name: string): string {
  return `provider:${name}`;
}

function toProvider({ name, title, issuer, client_id, settings, enabled }: ProviderRow): ExternalProvider {
  return { name, title, issuer, clientId: client_id, settings: JSON.parse(settings), enabled };
}
