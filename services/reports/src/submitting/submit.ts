import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import { Problem, refused } from '@alzette/kit/problems';
import { categoryOf } from '../categories/categories.ts';
import { contactAt, isOurs, isReached } from '../categories/category.ts';
import type { Category, Contact } from '../contract/categories.ts';
import type { Report } from '../contract/report.ts';
import type { ReportSettings } from '../contract/setup.ts';
import { inspectText } from '../guard/words.ts';
import type { ReportParts } from '../parts.ts';
import { communeAt } from '../report/place.ts';
import { insertAuthor } from '../store/author-rows.ts';
import { claimPhotos } from '../store/claim-photos.ts';
import { appendEntry } from '../store/journal.ts';
import { findByOrigin, insertReport } from '../store/report-rows.ts';
import { readSettings } from '../store/settings.ts';
import { writeEntity } from '../store/write-entity.ts';
import { checkAnswers } from './answers.ts';
import type { NewReport } from './new-report.ts';

interface Submission {
  readonly tenant: string;
  readonly given: NewReport;
  /** `app`, `desk`, `open311:<key>`. */
  readonly source: string;
  /** The client's own key of the report; the same key creates it once. Absent: it can't be sent again. */
  readonly key?: string | undefined;
  /** The IP address of the sender, if the sender is the author. */
  readonly address?: string | undefined;
  /**
   * Checks whether the sender may post. The returned function runs in the transaction of the report. Not called for a
   * repeated request.
   */
  check?(): Promise<(tx: Queryable) => Promise<void>>;
  /** The time of the report, if it is not now (for the demo). */
  readonly at?: Date;
  readonly id?: string;
}

interface Submitted {
  readonly report: Report;
  readonly isNew: boolean;
}

const DAY_MS = 86_400_000;
/** Without I, L, O and U, which are easily confused (Crockford). */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ID_LENGTH = 10;

/**
 * Accepts a report: durable when it resolves. A repeated request with the same key returns the existing report.
 *
 * @throws Problem 400: names the field; 409: the key was used for another report; 422: others are responsible
 */
export async function submitReport(parts: ReportParts, submission: Submission): Promise<Submitted> {
  const { db } = parts;
  const { tenant, given, source, key } = submission;
  const originKey = createHash('sha256')
    .update(JSON.stringify([source, key ?? randomBytes(16).toString('hex')]))
    .digest('base64url');
  const digest = createHash('sha256').update(JSON.stringify(given)).digest('base64url');
  const known = await findSame(parts, tenant, originKey, digest, key);
  if (known !== undefined) return known;
  // First, so that whoever is not admitted learns nothing from the checks.
  const admit = await submission.check?.();
  const settings = await readSettings(db, tenant);
  const { report, findings } = await checkedReport(parts, submission, settings);
  const isNew = await db.transaction(async (tx) => {
    if (!(await insertReport(tx, tenant, report, originKey, digest))) return false;
    await admit?.(tx);
    await claimPhotos(parts, tx, tenant, report.id, given.photos);
    const { contact, language, text, address, answers, device } = given;
    const words = {
      ...(text !== undefined && text !== '' && { text }),
      ...(address !== undefined && { address }),
      ...(Object.keys(answers).length > 0 && { answers }),
      ...(findings.length > 0 && { findings }),
    };
    const author = { report: report.id, contact, language, words, device, address: submission.address };
    await insertAuthor(tx, parts, tenant, author, report.requestedAt);
    await appendEntry(tx, tenant, report.id, {
      at: report.requestedAt,
      actor: source === 'desk' ? 'desk' : 'author',
      act: 'report',
      audience: 'public',
      status: report.status,
    });
    return true;
  });
  if (!isNew) {
    const raced = await findSame(parts, tenant, originKey, digest, key);
    if (raced === undefined) throw new Error(`report ${report.id} was neither created nor found`);
    return raced;
  }
  // The report is stored. If the broker does not answer, its entity is written later.
  await writeEntity(parts, tenant, report.id).catch((error: unknown) => {
    parts.logger.error({ err: error, report: report.id }, 'could not write the entity of a new report; will retry');
  });
  return { report, isNew: true };
}

async function findSame(
  { db }: ReportParts,
  tenant: string,
  originKey: string,
  digest: string,
  key: string | undefined,
) {
  const known = await findByOrigin(db, tenant, originKey);
  if (known === undefined) return undefined;
  if (known.requestDigest !== digest)
    throw refused('Idempotency-Key', key, 'a key that was not used for another report', 409);
  return { report: known.report, isNew: false };
}

async function checkedReport(
  parts: ReportParts,
  { tenant, given, source, at, id }: Submission,
  settings: ReportSettings,
) {
  const category = await categoryOf(parts.db, tenant, given.category);
  const commune = await communeAt(parts.territories, tenant, given.position);
  const contact = contactAt(category, commune.slug);
  const isTaken = isOurs(category) || (contact !== undefined && isReached(contact, parts.mail !== undefined));
  if (!isTaken) throw notOurs(category, contact);
  checkAnswers(category, given.answers);
  const words = [given.text ?? '', given.address ?? '', ...Object.values(given.answers).flat()].filter(
    (text) => text !== '',
  );
  const findings = [...new Set(words.flatMap((text) => inspectText(text, 'description', settings)))];
  if (given.asset !== undefined) await checkAsset(parts, tenant, given.asset, category);
  const now = (at ?? new Date()).toISOString();
  const report: Report = {
    id: id ?? newId(),
    category: category.code,
    position: given.position,
    commune: commune.slug,
    communeScope: commune.scope,
    ...(given.asset !== undefined && { asset: given.asset }),
    status: 'open',
    moderation: 'pending',
    ...(category.organisation !== undefined && { organisation: category.organisation }),
    requestedAt: now,
    updatedAt: now,
    // Nobody here can promise what others do.
    ...(isOurs(category) && { promisedAt: new Date(Date.parse(now) + category.promisedDays * DAY_MS).toISOString() }),
    photos: given.photos.map((photo) => ({ id: photo, isPublic: false })),
    workOrders: [],
    supporters: 0,
    reopened: 0,
    source,
  };
  return { report, findings };
}

function notOurs({ name }: Category, contact: Contact | undefined): Problem {
  const whom = [contact?.name, contact?.phone, contact?.url].filter((part) => part !== undefined).join(', ');
  const detail = `category: “${name.fr}” is not our responsibility; contact ${whom || 'the body in charge'}`;
  return new Problem(422, 'Not our responsibility', detail);
}

/** The same refusal for a missing entity and one that can't be reported, so that nobody learns which exist. */
async function checkAsset({ client }: ReportParts, tenant: string, asset: string, { assetTypes, name }: Category) {
  const entity = assetTypes.length > 0 && (await client.retrieveEntity(asset, { tenant, format: 'simplified' }));
  const types = entity ? [entity.type].flat().map((type) => type.split(/[/#]/).at(-1) ?? '') : [];
  if (!types.some((type) => assetTypes.includes(type))) throw refused('asset', asset, `an asset for “${name.fr}”`);
}

function newId(): string {
  return Array.from(randomBytes(ID_LENGTH), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
