import type { Queryable } from '@alzette/kit/database';
import type { Language } from '@alzette/kit/languages';
import type { Secrets } from '@alzette/kit/service';
import type { Answers, Applicant, VouchedFor } from '../contract/contract.ts';

/** Who sent a dossier, and what they answered. */
export interface Sender {
  readonly applicant: Applicant;
  readonly answers: Answers;
  readonly language: Language;
  /** The ids of their files. */
  readonly files: readonly string[];
  readonly vouched?: VouchedFor | undefined;
  /** For which company, and by which of its members. Once stored it stays. */
  readonly acting?: Acting | undefined;
}

export interface Acting {
  readonly company: string;
  readonly member: string;
}

interface Row {
  readonly sealed: string;
  readonly language: Language;
  readonly company: string | null;
  readonly member: string | null;
}

const SAVE = `
  INSERT INTO procedures.sender (tenant, dossier, sealed, language, account, company, member)
  VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (tenant, dossier) DO UPDATE SET sealed = excluded.sealed, language = excluded.language`;
const LOAD = 'SELECT sealed, language, company, member FROM procedures.sender WHERE tenant = $1 AND dossier = $2';
const ERASE = 'DELETE FROM procedures.sender WHERE tenant = $1 AND dossier = $2';

/** @param account a keyed hash of who was signed in; that of an earlier save stays */
export async function saveSender(
  tx: Queryable,
  secrets: Secrets,
  tenant: string,
  dossier: string,
  { language, acting, ...personal }: Sender,
  account?: string,
): Promise<void> {
  const sealed = secrets.seal(JSON.stringify(personal), ownerOf(tenant, dossier));
  await tx.query({
    text: SAVE,
    values: [tenant, dossier, sealed, language, account ?? null, acting?.company ?? null, acting?.member ?? null],
  });
}

/** Undefined: their data were erased. */
export async function findSender(
  db: Queryable,
  secrets: Secrets,
  tenant: string,
  dossier: string,
): Promise<Sender | undefined> {
  const { rows } = await db.query<Row>({ text: LOAD, values: [tenant, dossier] });
  const [row] = rows;
  if (row === undefined) return undefined;
  const personal = JSON.parse(secrets.open(row.sealed, ownerOf(tenant, dossier))) as Omit<
    Sender,
    'language' | 'acting'
  >; // sealed by this file
  const { language, company, member } = row;
  return { ...personal, language, ...(company !== null && member !== null && { acting: { company, member } }) };
}

export async function eraseSender(tx: Queryable, tenant: string, dossier: string): Promise<void> {
  await tx.query({ text: ERASE, values: [tenant, dossier] });
}

function ownerOf(tenant: string, dossier: string): string {
  return `procedures.sender:${tenant}:${dossier}`;
}
