import { denied, missing, refused } from '@alzette/kit/problems';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import { categoryOf } from '../categories/categories.ts';
import { appendEntry } from '../kept/journal.ts';
import { loadReports, lockReports, saveReport } from '../kept/report-rows.ts';
import { writeEntity } from '../kept/write-entity.ts';
import type { ReportParts } from '../parts.ts';
import { type Act, applyAct, type Effect } from '../report/acts.ts';
import { type Report, urnOf } from '../report/report.ts';
import { REPORT_CONTEXT_PATH } from '../report/report-entity.ts';
import type { DeskRights } from './desk-rights.ts';

/** Somebody who acts on a report. */
export interface Actor {
  readonly tenant: string;
  /** As the audit names them. */
  readonly name: string;
  /** Held to their rights. Absent: the author, or the product itself. */
  readonly client?: NgsiLdClient;
  /** Of the desk: what they may do beside answering. */
  readonly rights?: Pick<DeskRights, 'mayModerate'>;
}

interface Acted {
  readonly report: Report;
  readonly isChanged: boolean;
}

/** What is for whoever sees to the commune, not for a contractor whom one report was given to. */
const MODERATING = new Set(['accept', 'hide', 'blur', 'assign', 'categorise', 'merge']);
const TOLD = new Set(['accept', 'hide', 'status', 'update', 'promise', 'merge', 'link']);

/**
 * Lets somebody act on a report. Whoever of the desk acts must be allowed to write its entity; whoever follows the report is
 * told of what is public.
 *
 * @throws Problem 404: they see no such report; 409: it is in no state for that; what the broker refuses them
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
        throw refused('into', mergedInto, 'a report that is itself no duplicate');
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

/** Before anything is changed: that the act is one for the report as it is, and allowed to who asks. */
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
  // What they may not write is refused before it is kept.
  for (const each of ids) {
    const updated = { type: 'Property', value: new Date().toISOString() };
    await client.mergeEntity(urnOf(each), { updated_datetime: updated }, { tenant, context });
  }
}

/** The copy comes first: one that nothing comes to name is deleted after a day. */
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
