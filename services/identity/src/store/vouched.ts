import type { Queryable } from '@alzette/kit/database';
import type { Secrets } from './secrets.ts';

/** What an OpenID provider vouches for about a person. */
export interface Vouched {
  /** The title of the provider. */
  readonly by: string;
  /** When they signed in with it. */
  readonly at: string;
  readonly claims: VouchedClaims;
}

export interface VouchedClaims {
  readonly givenName?: string;
  readonly familyName?: string;
  /** A day. */
  readonly birthDate?: string;
  /** One that the provider has checked. */
  readonly email?: string;
  /** The establishment for which they signed in (ProConnect). */
  readonly siret?: string;
}

const KEEP = 'UPDATE identity.external_account SET vouched = $3 WHERE provider = $1 AND subject = $2';
/** Of accounts that their provider created: nobody signs in to these with a password of ours. */
const OF_ACCOUNT = `
  SELECT e.provider, e.subject, p.title, e.vouched
  FROM identity.external_account e
  JOIN identity.external_provider p ON p.name = e.provider AND p.enabled
  JOIN identity.account a ON a.id = e.account AND a.source = 'provider:' || e.provider
  WHERE e.account = $1 AND e.vouched IS NOT NULL LIMIT 1`;

interface Row {
  readonly provider: string;
  readonly subject: string;
  readonly title: string;
  readonly vouched: string;
}

export async function keepVouched(
  db: Queryable,
  secrets: Secrets,
  { provider, subject }: { readonly provider: string; readonly subject: string },
  vouched: Omit<Vouched, 'by'>,
): Promise<void> {
  const sealed = await secrets.seal(JSON.stringify(vouched), ownerOf(provider, subject));
  await db.query({ text: KEEP, values: [provider, subject, sealed] });
}

/** Undefined: the account is not one that a provider created, or its provider has been removed. */
export async function vouchedOf(db: Queryable, secrets: Secrets, account: string): Promise<Vouched | undefined> {
  const [row] = (await db.query<Row>({ text: OF_ACCOUNT, values: [account] })).rows;
  if (row === undefined) return undefined;
  const { provider, subject, title, vouched } = row;
  const kept = JSON.parse(await secrets.open(vouched, ownerOf(provider, subject))) as Omit<Vouched, 'by'>; // sealed by this file
  return { by: title, ...kept };
}

function ownerOf(provider: string, subject: string): string {
  return `vouched:${provider}:${subject}`;
}
