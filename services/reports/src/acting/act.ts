import { denied, missing, refused } from '@alzette/kit/problems';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import { categoryOf } from '../categories/categories.ts';
import type { ReportParts } from '../parts.ts';
import { type Act, applyAct, type Effect } from '../report/acts.ts';
import { type Report, urnOf } from '../report/report.ts';
import { REPORT_CONTEXT_PATH } from '../report/report-entity.ts';
import { appendEntry } from '../store/journal.ts';
import { loadReports, lockReports, saveReport } from '../store/report-rows.ts';
import { writeEntity } from '../store/write-entity.ts';
import type { DeskRights } from './desk-rights.ts';

/** The actor on a report. */
export interface Actor {
  readonly tenant: string;
  /** The actor's name in the audit. */
  readonly name: string;
  /** A client with the actor's rights. Absent: the author, or the product itself. */
  readonly client?: NgsiLdClient;
  /** Only for the desk: rights beyond answering. */
  readonly rights?: Pick<DeskRights, 'mayModerate'>;
}

interface Acted {
  readonly report: Report;
  readonly isChanged: boolean;
}

/** Acts that require the right to moderate the commune; a contractor with one report does not have it. */
const MODERATING = new Set(['accept', 'hide', 'blur', 'assign', 'categorise', 'merge']);
const TOLD = new Set(['accept', 'hide', 'status', 'update', 'promise', 'merge', 'link']);

/**
 * Applies an act to a report. An actor of the desk must have the right to write its entity. Followers are notified of
 * public changes.
 *
 * @throws Problem 404: the actor sees no such report; 409: its status does not allow the act; or the broker's refusal
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
  await checkAct(parts, actor, id, wanted);
  const act = wanted.act === 'blur' ? await withCopy(parts, tenant, wanted) : wanted;
  const mergedInto = wanted.act === 'merge' ? wanted.into : undefined;
  const result = await db.transaction(async (tx) => {
    const locked = await lockReports(tx, tenant, mergedInto === undefined ? [id] : [id, mergedInto]);
    const kept = locked.get(id);
    if (kept === undefined) throw missing('report', id);
    const effect = applyAct(kept.report, act, now);
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
    if (TOLD.has(wanted.act))
      await parts.tell.enqueue({ tenant, report: id, entry }, { tx, key: `${tenant}/${id}/${entry}` });
    return { report: effect.report, isChanged: true };
  });
  if (!result.isChanged) return result;
  await writeEntity(parts, tenant, id);
  if (mergedInto !== undefined) await writeEntity(parts, tenant, mergedInto);
  if (actor.client !== undefined) {
    const act = { actor: actor.name, action: `report.${wanted.act}`, object: urnOf(id), tenant };
    await audit.append({ ...act, outcome: 'done', details: {} });
  }
  return result;
}

/** Checks before any change whether the report's status and the actor's rights allow the act. */
async function checkAct(parts: ReportParts, actor: Actor, id: string, wanted: Act): Promise<void> {
  const { tenant, client, rights } = actor;
  const { db, publicUrl } = parts;
  if (wanted.act === 'categorise') await categoryOf(db, tenant, wanted.category);
  const ids = wanted.act === 'merge' ? [id, wanted.into] : [id];
  const known = await loadReports(db, tenant, ids);
  for (const each of ids) if (!known.has(each)) throw missing('report', each);
  if (client === undefined) return;
  const context = publicUrl + REPORT_CONTEXT_PATH;
  for (const each of ids) {
    if ((await client.retrieveEntity(urnOf(each), { tenant, context })) === undefined) throw missing('report', each);
  }
  const others = [...known.values()].filter(({ report }) => rights?.mayModerate(report) === false);
  if (MODERATING.has(wanted.act) && others[0] !== undefined) {
    throw denied(`You may not “${wanted.act}” reports of ${others[0].report.commune}`);
  }
  const kept = known.get(id);
  if (kept === undefined || applyAct(kept.report, wanted, new Date()) === undefined) return;
  // The broker refuses what the actor may not write before it is stored.
  for (const each of ids) {
    const updated = { type: 'Property', value: new Date().toISOString() };
    await client.mergeEntity(urnOf(each), { updated_datetime: updated }, { tenant, context });
  }
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
