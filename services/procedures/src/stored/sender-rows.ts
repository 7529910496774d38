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
}

const SAVE = `
  INSERT INTO procedures.sender (tenant, dossier, sealed, language, account) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (tenant, dossier) DO UPDATE SET sealed = excluded.sealed, language = excluded.language`;
const LOAD = 'SELECT sealed, language FROM procedures.sender WHERE tenant = $1 AND dossier = $2';
const ERASE = 'DELETE FROM procedures.sender WHERE tenant = $1 AND dossier = $2';

/** @param account a keyed hash of who was signed in; that of an earlier save stays */
export async function saveSender(
  tx: Queryable,
  secrets: Secrets,
  tenant: string,
  dossier: string,
  { language, ...personal }: Sender,
  account?: string,
): Promise<void> {
  const sealed = secrets.seal(JSON.stringify(personal), ownerOf(tenant, dossier));
  await tx.query({ text: SAVE, values: [tenant, dossier, sealed, language, account ?? null] });
}

/** Undefined: their data were erased. */
export async function findSender(
  db: Queryable,
  secrets: Secrets,
  tenant: string,
  dossier: string,
): Promise<Sender | undefined> {
  const { rows } = await db.query<{ sealed: string; language: Language }>({ text: LOAD, values: [tenant, dossier] });
  const [row] = rows;
  if (row === undefined) return undefined;
  const personal = JSON.parse(secrets.open(row.sealed, ownerOf(tenant, dossier))) as Omit<Sender, 'language'>; // sealed by this file
  return { ...personal, language: row.language };
}

export async function eraseSender(tx: Queryable, tenant: string, dossier: string): Promise<void> {
  await tx.query({ text: ERASE, values: [tenant, dossier] });
}

function ownerOf(tenant: string, dossier: string): string {
  return `procedures.sender:${tenant}:${dossier}`;
}
