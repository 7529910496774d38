import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import { conflict, missing, refused } from '@alzette/kit/problems';
import { tokenOf } from '@alzette/kit/sealed-key';
import { book } from '../bookings/book.ts';
import { localDay } from '../clock/deadline.ts';
import { todayIn } from '../companies/acting.ts';
import type { Fault, GivenDossier, Procedure, Receipt, VouchedFor } from '../contract/contract.ts';
import { tryToWrite } from '../dossiers/entity.ts';
import { procedureOf, record, searchedOf } from '../dossiers/record.ts';
import { type CheckedAnswers, checkAnswers } from '../forms/check-answers.ts';
import { silenceText } from '../letters/sentences.ts';
import type { ProcedureParts } from '../parts.ts';
import { isMember, type Membership } from '../stored/company-rows.ts';
import { findByOrigin, insertDossier } from '../stored/dossier-rows.ts';
import { saveSender } from '../stored/sender-rows.ts';
import { findPublished } from '../stored/version-rows.ts';
import { clockOf, type Dossier } from '../workflow/dossier.ts';
import { type SignedIn, withCompany, withVouched } from './vouched.ts';

/** The purpose of the secret links of senders. */
export const FOLLOW_PURPOSE = 'follow';
export const FILE_OWNER = 'dossier';

/** Without I, L, O and U, which are easily confused (Crockford). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ID_LENGTH = 10;

export interface Submission {
  readonly tenant: string;
  readonly procedure: string;
  readonly given: GivenDossier;
  /** The same key sends it once. */
  readonly key: string;
  readonly now?: Date;
  /** Who has signed in. */
  readonly by?: SignedIn;
}

export type Submitted =
  | { readonly faults: readonly Fault[] }
  | { readonly dossier: Dossier; readonly procedure: Procedure; readonly isNew: boolean };

/**
 * Accepts a request: durable when it resolves, with its booking. The same key again returns the existing dossier.
 *
 * @throws Problem 404; 409: another version of the form, or the key was used for another request; SlotTaken
 */
export async function submit(
  parts: ProcedureParts,
  { tenant, procedure: id, given: asked, key, now = new Date(), by = {} }: Submission,
): Promise<Submitted> {
  const { db } = parts;
  const origin = {
    key: createHash('sha256')
      .update(JSON.stringify([id, key]))
      .digest('base64url'),
    digest: createHash('sha256')
      .update(JSON.stringify(by.company ? [asked, by.company.id] : asked))
      .digest('base64url'),
  };
  const same = await findSame(parts, tenant, origin, key);
  if (same !== undefined) return same;
  const version = await findPublished(db, tenant, id);
  if (version === undefined) throw missing('procedure', id);
  if (version.version !== asked.version) {
    throw conflict(
      `version: got ${asked.version}, expected ${version.version}: another version of the form was published`,
      'changed',
    );
  }
  const procedure = version.document;
  const { given, vouched } = withCompany(withVouched(procedure, asked, by.vouched), by);
  const contactFaults = checkContact(procedure, given);
  const checked = await checkAnswers(parts, tenant, procedure, given.answers, { now });
  if (contactFaults.length + checked.faults.length > 0) return { faults: [...contactFaults, ...checked.faults] };
  const dossier = newDossier(version.id, version.version, procedure, checked, {
    now,
    today: localDay(now, parts.territories.of(tenant).timeZone),
  });
  const isNew = await db.transaction((tx) =>
    insertAll(parts, tx, {
      tenant,
      dossier,
      procedure,
      given,
      checked,
      origin,
      now,
      account: by.account,
      vouched,
      company: by.company,
    }),
  );
  if (!isNew) {
    const raced = await findSame(parts, tenant, origin, key);
    if (raced === undefined) throw new Error(`dossier ${dossier.id} was neither created nor found`);
    return raced;
  }
  await tryToWrite(parts, tenant, dossier.id);
  return { dossier, procedure, isNew };
}

/** By which a request is found that is sent again. */
export function originOf(procedure: string, key: string): string {
  return createHash('sha256')
    .update(JSON.stringify([procedure, key]))
    .digest('base64url');
}

async function findSame(
  { db }: ProcedureParts,
  tenant: string,
  origin: { readonly key: string; readonly digest: string },
  key: string,
): Promise<Submitted | undefined> {
  const known = await findByOrigin(db, tenant, origin.key);
  if (known === undefined) return undefined;
  if (known.digest !== origin.digest) {
    throw refused('Idempotency-Key', key, 'a key that was not used for another request', 409);
  }
  return { dossier: known.dossier, procedure: await procedureOf(db, tenant, known.dossier), isNew: false };
}

/** @returns false: a request with this key is there */
async function insertAll(
  parts: ProcedureParts,
  tx: Queryable,
  sent: {
    readonly tenant: string;
    readonly dossier: Dossier;
    readonly procedure: Procedure;
    readonly given: GivenDossier;
    readonly checked: CheckedAnswers;
    readonly origin: { readonly key: string; readonly digest: string };
    readonly now: Date;
    readonly account: string | undefined;
    readonly vouched: VouchedFor | undefined;
    readonly company: Membership | undefined;
  },
): Promise<boolean> {
  const { tenant, dossier, procedure, given, checked, origin, now, account, vouched, company } = sent;
  const { id, sentOn } = dossier;
  const acting = company && { company: company.id, member: company.member };
  // In the transaction: whoever is removed meanwhile sends nothing any more.
  if (acting && !(await isMember(tx, tenant, acting, todayIn(parts, tenant), true)))
    throw missing('company', acting.company);
  if (!(await insertDossier(tx, tenant, dossier, searchedOf(procedure, dossier, sentOn), origin))) return false;
  const { applicant, language, waits = false } = given;
  await claimFiles(parts, tx, { tenant, id, files: checked.files });
  const { answers, files } = checked;
  await saveSender(tx, parts.secrets, tenant, id, { applicant, answers, language, files, vouched, acting }, account);
  if (checked.booking !== undefined) {
    const person = applicant.email && parts.keyed.hash('email', applicant.email.trim().toLowerCase());
    await book(parts, tx, { tenant, dossier: id, ...checked.booking, person, waits }, now);
  }
  await record(parts, tx, { tenant, id }, { at: now, by: 'sender', act: 'send', state: dossier.stage });
  return true;
}

/** Gives uploaded files to a dossier: each belongs to one. @throws Problem 400 */
export async function claimFiles(
  { files: store }: Pick<ProcedureParts, 'files'>,
  tx: Queryable,
  { tenant, id, files }: { readonly tenant: string; readonly id: string; readonly files: readonly string[] },
): Promise<void> {
  if (files.length === 0) return;
  const claimed = await store.claim(tx, tenant, files, { kind: FILE_OWNER, id });
  const lost = files.find((file) => !claimed.includes(file));
  if (lost !== undefined) {
    throw refused('files', lost, 'the token of a file that you uploaded within a day and that is in no other request');
  }
}

function checkContact({ contact }: Procedure, { applicant: { email, phone } }: GivenDossier): Fault[] {
  const faults: Fault[] = [];
  if (contact.email === 'required' && email === undefined)
    faults.push({ field: 'applicant.email', text: CONTACT.email });
  if (contact.phone === 'required' && phone === undefined)
    faults.push({ field: 'applicant.phone', text: CONTACT.phone });
  return faults;
}

const CONTACT = {
  email: {
    fr: 'Donnez une adresse e-mail',
    en: 'Give an e-mail address',
    de: 'Geben Sie eine E-Mail-Adresse an',
    lb: 'Gitt eng E-Mail-Adress un',
  },
  phone: {
    fr: 'Donnez un numéro de téléphone',
    en: 'Give a telephone number',
    de: 'Geben Sie eine Telefonnummer an',
    lb: 'Gitt eng Telefonsnummer un',
  },
} as const;

function newDossier(
  procedure: string,
  version: number,
  { states }: Procedure,
  { commune }: CheckedAnswers,
  { now, today }: { readonly now: Date; readonly today: string },
): Dossier {
  const at = now.toISOString();
  return {
    id: Array.from(randomBytes(ID_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join(''),
    procedure,
    procedureVersion: version,
    stage: states[0]?.id ?? '',
    sentAt: at,
    sentOn: today,
    updatedAt: at,
    pauses: [],
    effects: [],
    ...(commune && { commune: commune.slug, communeScope: commune.scope }),
  };
}

/** The receipt, as it was when the request came. */
export function receiptOf(procedure: Procedure, dossier: Dossier): Receipt {
  const { id, sentAt, sentOn, closedAt: _closed, missing: _missing, ...kept } = dossier;
  const first = { ...kept, id, sentAt, sentOn, stage: procedure.states[0]?.id ?? '', pauses: [] };
  const clock = clockOf(procedure, first, sentOn);
  return {
    reference: id,
    receivedAt: sentAt,
    service: procedure.service.name,
    clock,
    text: silenceText(clock, procedure),
  };
}

/** The sender's secret link. */
export function linkOf(
  { keyed, territories }: Pick<ProcedureParts, 'keyed' | 'territories'>,
  tenant: string,
  id: string,
) {
  const token = tokenOf(keyed, FOLLOW_PURPOSE, tenant, id);
  return { token, link: linkTo({ territories }, tenant, token) };
}

/** The page of the app that a token opens. */
export function linkTo({ territories }: Pick<ProcedureParts, 'territories'>, tenant: string, token: string): string {
  return `${territories.publicUrl(tenant)}/app/services/follow/${token}`;
}
