import type { Queryable } from '@alzette/kit/database';
import type { Language } from '@alzette/kit/languages';
import { networkOf } from '@alzette/kit/network';
import type { Secrets } from '@alzette/kit/service';
import type { Words } from '../contract/report.ts';
import type { Contact } from '../contract/submission.ts';
import type { Keyed } from './keyed.ts';

export interface Author {
  readonly report: string;
  readonly contact: Contact;
  readonly language: Language;
  readonly words: Words;
  readonly deviceHash?: string;
  readonly addressHash?: string;
  readonly isErased: boolean;
}

interface NewAuthor {
  readonly report: string;
  readonly contact: Contact;
  readonly language: Language;
  readonly words: Words;
  readonly device?: string | undefined;
  /** IP address. */
  readonly address?: string | undefined;
}

const COLUMNS = 'report, contact, language, words, device_hash, address_hash, erased_at';
const INSERT = `
  INSERT INTO reports.author (tenant, report, contact, email_hash, phone_hash, device_hash, address_hash, language, words,
    created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, now()))`;
const CHANGE_CONTACT = `
  UPDATE reports.author SET contact = $3, email_hash = $4
  WHERE tenant = $1 AND report = $2 AND pseudonymised_at IS NULL RETURNING report`;
const LOAD = `SELECT ${COLUMNS} FROM reports.author WHERE tenant = $1 AND report = ANY($2::text[])`;
const BY_HASH = `
  SELECT report FROM reports.author WHERE tenant = $1 AND (email_hash = $2 OR phone_hash = $3) ORDER BY report`;
const NOTHING_LEFT = `contact = NULL, email_hash = NULL, phone_hash = NULL, device_hash = NULL, address_hash = NULL`;
const ERASE = `
  UPDATE reports.author SET ${NOTHING_LEFT}, words = '{}', erased_at = now(), pseudonymised_at = now()
  WHERE tenant = $1 AND report = ANY($2::text[])`;
/** Tenants with authors whose personal data are still there. */
export const TENANTS_WITH_AUTHORS = `SELECT DISTINCT tenant FROM reports.author WHERE pseudonymised_at IS NULL /* all tenants: those with authors to pseudonymise */`;
const PSEUDONYMISE = `
  UPDATE reports.author SET ${NOTHING_LEFT}, words = '{}', pseudonymised_at = now() WHERE tenant = $2 AND report IN (
    SELECT report FROM reports.author
    WHERE tenant = $2 AND pseudonymised_at IS NULL AND created_at < now() - make_interval(days => $1) LIMIT $3)
  RETURNING report`;

interface Row {
  readonly report: string;
  readonly contact: string | null;
  readonly language: Language;
  readonly words: string;
  readonly device_hash: string | null;
  readonly address_hash: string | null;
  readonly erased_at: Date | null;
}

interface Keys {
  readonly secrets: Secrets;
  readonly keyed: Keyed;
}

export function emailHash(keyed: Keyed, email: string): string {
  return keyed.hash('email', email.trim().toLowerCase());
}

function phoneHash(keyed: Keyed, phone: string): string {
  return keyed.hash('phone', phone.replace(/[^\d+]/g, ''));
}

export async function insertAuthor(
  tx: Queryable,
  { secrets, keyed }: Keys,
  tenant: string,
  author: NewAuthor,
  createdAt?: string,
): Promise<void> {
  const { report, contact, language, words, device, address } = author;
  const { email, phone } = contact;
  const values = [
    tenant,
    report,
    sealedContact(secrets, tenant, report, contact),
    email === undefined ? null : emailHash(keyed, email),
    phone === undefined ? null : phoneHash(keyed, phone),
    device === undefined ? null : keyed.hash('device', device),
    address === undefined ? null : keyed.hash('address', networkOf(address)),
    language,
    words,
    createdAt ?? null,
  ];
  await tx.query({ text: INSERT, values });
}

/** @returns false: the author's data were removed, and stay so */
export async function changeContact(
  db: Queryable,
  { secrets, keyed }: Keys,
  tenant: string,
  report: string,
  contact: Contact,
): Promise<boolean> {
  const hash = contact.email === undefined ? null : emailHash(keyed, contact.email);
  const values = [tenant, report, sealedContact(secrets, tenant, report, contact), hash];
  return (await db.query({ text: CHANGE_CONTACT, values })).rows.length > 0;
}

export async function loadAuthors(
  db: Queryable,
  secrets: Secrets,
  tenant: string,
  reports: readonly string[],
): Promise<Map<string, Author>> {
  const { rows } = await db.query<Row>({ text: LOAD, values: [tenant, reports] });
  return new Map(rows.map((row) => [row.report, toAuthor(secrets, tenant, row)]));
}

/** Reports of the owner of this e-mail address or telephone number. */
export async function reportsOfContact(db: Queryable, keyed: Keyed, tenant: string, { email, phone }: Contact) {
  const hashes = [
    email === undefined ? null : emailHash(keyed, email),
    phone === undefined ? null : phoneHash(keyed, phone),
  ];
  const { rows } = await db.query<{ report: string }>({ text: BY_HASH, values: [tenant, ...hashes] });
  return rows.map(({ report }) => report);
}

export async function eraseAuthors(tx: Queryable, tenant: string, reports: readonly string[]): Promise<void> {
  await tx.query({ text: ERASE, values: [tenant, reports] });
}

/** Removes the personal data of authors of a tenant's old reports. @returns their reports */
export async function pseudonymiseAuthors(
  tx: Queryable,
  tenant: string,
  days: number,
  most: number,
): Promise<string[]> {
  const { rows } = await tx.query<{ report: string }>({ text: PSEUDONYMISE, values: [days, tenant, most] });
  return rows.map(({ report }) => report);
}

function toAuthor(secrets: Secrets, tenant: string, row: Row): Author {
  const { report, contact, language, words, device_hash: device, address_hash: address } = row;
  return {
    report,
    contact: contact === null ? {} : (JSON.parse(secrets.open(contact, sealedFor(tenant, report))) as Contact), // sealed by this file
    language,
    words: JSON.parse(words) as Words, // written by this file
    ...(device !== null && { deviceHash: device }),
    ...(address !== null && { addressHash: address }),
    isErased: row.erased_at !== null,
  };
}

function sealedContact(secrets: Secrets, tenant: string, report: string, contact: Contact): string | null {
  return Object.keys(contact).length === 0 ? null : secrets.seal(JSON.stringify(contact), sealedFor(tenant, report));
}

function sealedFor(tenant: string, report: string): string {
  return `reports.author:${tenant}:${report}`;
}
