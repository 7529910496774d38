import { conflict, missing, refused } from '@alzette/kit/problems';
import { categoryOf, readCategories } from '../categories/categories.ts';
import { contactAt } from '../categories/category.ts';
import type { Report } from '../contract/report.ts';
import type { ReportParts } from '../parts.ts';
import { type Act, applyAct, type Effect, type Recipient } from '../report/acts.ts';
import { urnOf } from '../report/report.ts';
import { claimPhotos } from '../store/claim-photos.ts';
import { appendEntry, isAdded } from '../store/journal.ts';
import { loadReports, lockReports, saveReport } from '../store/report-rows.ts';
import { writeEntity } from '../store/write-entity.ts';

/** The actor on a report. */
export interface Actor {
  readonly tenant: string;
  /** The actor's name in the audit. */
  readonly name: string;
  /** Whether it is somebody of the desk, whose acts the audit keeps; else the author, or the product itself. */
  readonly isOfDesk?: boolean;
}

interface Acted {
  readonly report: Report;
  readonly isChanged: boolean;
}

const TOLD = new Set(['accept', 'hide', 'status', 'update', 'promise', 'merge', 'link', 'passedOn']);

/**
 * Applies an act to a report, with the rights of the product: those of the actor are judged before. Followers are
 * notified of public changes.
 *
 * @throws Problem 404: there is no such report; 409: its status does not allow the act
 */
export async function actOnReport(
  parts: ReportParts,
  actor: Actor,
  id: string,
  wanted: Act,
  now = new Date(),
): Promise<Acted> {
  const { db, audit } = parts;
  const { tenant } = actor;
  await checkAct(parts, tenant, id, wanted);
  const act = await completed(parts, tenant, id, wanted);
  const mergedInto = wanted.act === 'merge' ? wanted.into : undefined;
  const result = await db.transaction(async (tx) => {
    const locked = await lockReports(tx, tenant, mergedInto === undefined ? [id] : [id, mergedInto]);
    const kept = locked.get(id);
    if (kept === undefined) throw missing('report', id);
    if (wanted.act === 'add' && (await isAdded(tx, tenant, id, wanted.key))) {
      return { report: kept.report, isChanged: false };
    }
    const effect = applyAct(kept.report, act, now);
    if (wanted.act === 'add') await claimPhotos(parts, tx, tenant, id, wanted.photos);
    if (effect === undefined) return { report: kept.report, isChanged: false };
    await saveReport(tx, tenant, effect.report);
    const entry = await appendEntry(tx, tenant, id, entryOf(actor, wanted, effect, now));
    if (mergedInto !== undefined) {
      const other = locked.get(mergedInto);
      if (other === undefined || other.report.duplicateOf !== undefined) {
        throw refused('into', mergedInto, 'a report that is not a duplicate itself');
      }
      const absorbed: Act = { act: 'absorb', duplicate: id, supporters: kept.report.supporters + 1 };
      const absorbing = applyAct(other.report, absorbed, now);
      if (absorbing !== undefined) {
        await saveReport(tx, tenant, absorbing.report);
        await appendEntry(tx, tenant, mergedInto, entryOf(actor, absorbed, absorbing, now));
      }
    }
    if (wanted.act === 'passOn')
      await parts.passOn.enqueue({ tenant, report: id, entry }, { tx, key: `${tenant}/${id}/${entry}` });
    if (TOLD.has(wanted.act))
      await parts.tell.enqueue({ tenant, report: id, entry }, { tx, key: `${tenant}/${id}/${entry}` });
    return { report: effect.report, isChanged: true };
  });
  if (!result.isChanged) return result;
  await writeEntity(parts, tenant, id);
  if (mergedInto !== undefined) await writeEntity(parts, tenant, mergedInto);
  if (actor.isOfDesk) {
    const act = { actor: actor.name, action: `report.${wanted.act}`, object: urnOf(id), tenant };
    await audit.append({ ...act, outcome: 'done', details: {} });
  }
  return result;
}

/** Checks before any change whether the report's status allows the act. */
async function checkAct({ db }: ReportParts, tenant: string, id: string, wanted: Act): Promise<void> {
  if (wanted.act === 'categorise') await categoryOf(db, tenant, wanted.category);
  const ids = wanted.act === 'merge' ? [id, wanted.into] : [id];
  const known = await loadReports(db, tenant, ids);
  for (const each of ids) if (!known.has(each)) throw missing('report', each);
  const kept = known.get(id);
  if (kept !== undefined) applyAct(kept.report, wanted, new Date());
}

/** With what the desk does not give. */
async function completed(parts: ReportParts, tenant: string, id: string, wanted: Act): Promise<Act> {
  if (wanted.act === 'blur') return withCopy(parts, tenant, wanted);
  if (wanted.act === 'passOn') return { ...wanted, to: await recipientOf(parts, tenant, id) };
  return wanted;
}

/** @throws Problem 409: nobody can be told of this report */
async function recipientOf({ db, mail }: ReportParts, tenant: string, id: string): Promise<Recipient> {
  const report = (await loadReports(db, tenant, [id])).get(id)?.report;
  if (report === undefined) throw missing('report', id);
  const category = (await readCategories(db, tenant)).find(({ code }) => code === report.category);
  const { name, email, open311 } = (category && contactAt(category, report.commune)) ?? {};
  if (name !== undefined && open311 !== undefined) return { name, by: { open311 } };
  if (name === undefined || email === undefined) {
    throw conflict(
      `category: “${report.category}” has no contact with an e-mail address or Open311 in ${report.commune}`,
      'unset',
    );
  }
  if (mail === undefined) throw conflict('SMTP_URL: got nothing, expected a mail server to pass reports on', 'unset');
  return { name, by: { email } };
}

/** The copy is made first; an unused copy is deleted after a day. */
async function withCopy({ files }: ReportParts, tenant: string, act: Act & { act: 'blur' }): Promise<Act> {
  return { ...act, copy: (await files.blur(tenant, act.photo, act.areas)).id };
}

function entryOf(actor: Actor, { act }: Act, { report, audience, text, detail }: Effect, now: Date) {
  return {
    at: now.toISOString(),
    actor: actor.name,
    act,
    audience,
    status: report.status,
    ...(text !== undefined && { text }),
    ...(detail !== undefined && { detail }),
  };
}
