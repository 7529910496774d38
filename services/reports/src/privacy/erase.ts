import type { Queryable } from '@alzette/kit/database';
import { eachTenant } from '@alzette/kit/each-tenant';
import type { Report } from '../contract/report.ts';
import type { Contact } from '../contract/submission.ts';
import type { ReportParts } from '../parts.ts';
import { ownerOf } from '../report/photos.ts';
import { urnOf } from '../report/report.ts';
import { eraseAuthors, loadAuthors, pseudonymiseAuthors, TENANTS_WITH_AUTHORS } from '../store/author-rows.ts';
import { appendEntry } from '../store/journal.ts';
import { loadReports, lockReports, saveReport } from '../store/report-rows.ts';
import { readSettings } from '../store/settings.ts';
import { writeEntity } from '../store/write-entity.ts';

/** The author's text, and internal notes of the desk: both may name persons. */
const ERASE_WORDS = `
  UPDATE reports.entry SET text = NULL WHERE tenant = $1 AND report = ANY($2::text[]) AND (audience <> 'public' OR actor = 'author')`;
/** Public notes of the desk in which the author is named. */
const ERASE_MENTIONS = `
  UPDATE reports.entry SET text = NULL
  WHERE tenant = $1 AND report = ANY($2::text[]) AND text IS NOT NULL
    AND EXISTS (SELECT FROM unnest($3::text[]) AS named WHERE strpos(lower(text), lower(named)) > 0)`;
const DEVICES = 'DELETE FROM reports.supporter WHERE tenant = $1 AND device_hash = ANY($2::text[])';
const SHORTEST_NAME = 3;

/**
 * Erases the personal data of authors: contact, texts, photos, and names in the journal. The report itself and its
 * outcome stay. Repeated calls have no further effect.
 */
export async function eraseReports(
  parts: ReportParts,
  tenant: string,
  ids: readonly string[],
  actor: string,
): Promise<void> {
  const { db, secrets, files, audit } = parts;
  const authors = await loadAuthors(db, secrets, tenant, ids);
  const removePhotos = ({ id, photos }: Report) =>
    files.remove(
      tenant,
      photos.map((photo) => photo.id),
      ownerOf(id),
    );
  // Before the report forgets them: if the process is killed meanwhile, they are found when it is erased again.
  for (const { report } of (await loadReports(db, tenant, ids)).values()) await removePhotos(report);
  const erased = await db.transaction(async (tx) => {
    const locked = await lockReports(tx, tenant, ids);
    for (const { report } of locked.values()) await saveReport(tx, tenant, withoutWords(report));
    const contacts = [...authors.values()].map(({ contact }) => contact);
    const devices = [...authors.values()].flatMap(({ deviceHash }) => deviceHash ?? []);
    await tx.query({ text: ERASE_WORDS, values: [tenant, ids] });
    await tx.query({ text: ERASE_MENTIONS, values: [tenant, ids, contacts.flatMap(namesIn)] });
    await tx.query({ text: DEVICES, values: [tenant, devices] });
    await eraseAuthors(tx, tenant, ids);
    for (const id of locked.keys()) await noteErase(tx, tenant, id, actor);
    return [...locked.values()].map(({ report }) => report);
  });
  for (const report of erased) {
    await removePhotos(report); // that came meanwhile
    await writeEntity(parts, tenant, report.id);
    await audit.append({
      actor,
      action: 'report.erase',
      object: urnOf(report.id),
      tenant,
      outcome: 'done',
      details: {},
    });
  }
}

/** Runs daily, after the time that each tenant's settings name. @param most of each tenant @returns how many reports */
export async function pseudonymiseOld({ db }: ReportParts, most: number): Promise<number> {
  const ofTenant = async (tenant: string) => {
    const { pseudonymisedAfterDays } = await readSettings(db, tenant);
    return db.transaction(async (tx) => {
      const old = await pseudonymiseAuthors(tx, tenant, pseudonymisedAfterDays, most);
      await tx.query({ text: ERASE_WORDS, values: [tenant, old] });
      return old;
    });
  };
  return (await eachTenant(db, { text: TENANTS_WITH_AUTHORS }, ofTenant)).length;
}

function withoutWords({
  publicText: _text,
  publicAddress: _address,
  hiddenReason: _reason,
  ...report
}: Report): Report {
  return { ...report, photos: [], updatedAt: new Date().toISOString() };
}

/** The parts of a contact that are recognisable in a sentence. */
function namesIn({ name = '', email, phone }: Contact): string[] {
  const words = [name, ...name.split(/\s+/), email, phone, phone?.replace(/\D/g, '')];
  return words.filter((word) => word !== undefined && word.length >= SHORTEST_NAME) as string[];
}

function noteErase(tx: Queryable, tenant: string, id: string, actor: string): Promise<number> {
  return appendEntry(tx, tenant, id, { at: new Date().toISOString(), actor, act: 'erase', audience: 'desk' });
}
