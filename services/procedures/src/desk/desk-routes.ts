import { actor } from '@alzette/kit/access';
import type { Queryable } from '@alzette/kit/database';
import { judged, listed, named, readable } from '@alzette/kit/objects';
import { conflict, denied, missing, refused } from '@alzette/kit/problems';
import type { Handlers, RequestOf } from '@alzette/kit/serve';
import { addDays, localDay } from '../clock/deadline.ts';
import type { DossierAct, DossierContract, Procedure } from '../contract/contract.ts';
import { mayDo } from '../dossiers/case-objects.ts';
import { tryToWrite } from '../dossiers/entity.ts';
import { changeDossier, procedureOf, record } from '../dossiers/record.ts';
import { findDossier, type KeptDossier, listDossiers } from '../kept/dossier-rows.ts';
import { readEvents } from '../kept/event-rows.ts';
import { findSender } from '../kept/sender-rows.ts';
import { decisionDocument } from '../letters/letter.ts';
import { pdf } from '../letters/pdf.ts';
import type { ProcedureParts } from '../parts.ts';
import { deskDossier, dossierLines, hiddenFields } from '../views/shown-dossier.ts';
import { afterStep, type Dossier, stageOf, withMissing } from '../workflow/dossier.ts';

/** Read before those that may not be read are left out. */
const MOST_READ = 5_000;
const LINK_SECONDS = 60;

/** `/procedures/dossiers`: the queue of dossiers, and what the desk does with them. */
export function dossierHandlers(parts: ProcedureParts): Handlers<DossierContract> {
  const { db, objects, callerOf, secrets, territories } = parts;
  const kind = objects.dossier;
  return {
    list: {
      objects: listed(kind),
      async handle(request) {
        const { tenant, query } = request;
        const { procedure, commune, limit, offset } = query;
        const lateOn = query.late ? localDay(new Date(), territories.of(tenant).timeZone) : undefined;
        const all = await listDossiers(db, tenant, { procedure, kinds: query.kind, commune, lateOn }, MOST_READ);
        const seen = await readable(request, kind, all);
        return { dossiers: await dossierLines(parts, tenant, seen.slice(offset, offset + limit)), count: seen.length };
      },
    },
    one: { objects: named(kind), handle: (request) => deskDossier(parts, judged(request, kind), callerOf(request)) },
    act: {
      objects: named(kind),
      async handle(request) {
        const { tenant, params } = request;
        await act(parts, request);
        await tryToWrite(parts, tenant, params.id);
        return deskDossier(parts, await keptOf(db, tenant, params.id), callerOf(request));
      },
    },
    decision: {
      objects: named(kind),
      async handle(request, reply) {
        const { tenant, dossier } = judged(request, kind);
        const procedure = await procedureOf(db, tenant, dossier);
        const sender = await findSender(db, secrets, tenant, dossier.id);
        const reason = (await readEvents(db, secrets, tenant, dossier.id)).findLast(
          ({ act: done }) => done === 'step',
        )?.text;
        const language = sender?.language ?? 'fr';
        const addressed = {
          procedure,
          dossier,
          language,
          territory: territories.of(tenant),
          name: sender?.applicant.name,
        };
        const document = decisionDocument(addressed, reason);
        if (document === undefined) throw missing('decision of', dossier.id);
        return pdf(parts, tenant, reply, `decision-${dossier.id}`, document);
      },
    },
    file: {
      objects: named(kind),
      async handle(request) {
        const { tenant, params } = request;
        const { dossier } = judged(request, kind);
        const sender = await findSender(db, secrets, tenant, dossier.id);
        const procedure = await procedureOf(db, tenant, dossier);
        const hidden = hiddenFields(procedure, callerOf(request));
        const isHidden = hidden.some((field) => JSON.stringify(sender?.answers[field] ?? '').includes(params.file));
        if (sender === undefined || !sender.files.includes(params.file) || isHidden) throw missing('file', params.file);
        return { url: parts.files.path(tenant, { id: params.file, visibility: 'private' }, LINK_SECONDS) };
      },
    },
  };
}

type ActRequest = RequestOf<DossierContract['operations']['act']>;

async function act(parts: ProcedureParts, request: ActRequest): Promise<void> {
  const { tenant, params, body } = request;
  const caller = parts.callerOf(request);
  const today = localDay(new Date(), parts.territories.of(tenant).timeZone);
  const at = { tenant, id: params.id, today };
  const by = { name: actor(caller), author: parts.authorOf(request), person: caller.person ?? null };
  await changeDossier(parts, at, async (tx, { dossier }, procedure) => {
    if (body.act !== 'note' && body.act !== 'assign' && body.act !== 'message' && dossier.closedAt !== undefined) {
      throw conflict(`the dossier is closed since ${dossier.closedAt}`);
    }
    if (body.act === 'step') {
      const step = stageOf(procedure, dossier).actions.find(({ id }) => id === body.action);
      if (step !== undefined && !mayDo(procedure, step, caller)) throw denied(`Lacking: the function ${step.by}`);
    }
    return { dossier: await changed(parts, tx, { at, dossier, procedure, body, by }), result: undefined };
  });
}

interface Acting {
  readonly at: { readonly tenant: string; readonly id: string; readonly today: string };
  readonly dossier: Dossier;
  readonly procedure: Procedure;
  readonly body: DossierAct;
  readonly by: { readonly name: string; readonly author: object | null; readonly person: string | null };
}

async function changed(
  parts: ProcedureParts,
  tx: Queryable,
  { at, dossier, procedure, body, by }: Acting,
): Promise<Dossier> {
  const now = new Date();
  const event = { at: now, by: 'desk', who: by.name } as const;
  switch (body.act) {
    case 'step':
      return step(parts, tx, { at, dossier, procedure, body, by }, now);
    case 'askParts': {
      const until = body.until ?? addDays(at.today, procedure.missingPartsDays);
      if (until <= at.today) throw refused('until', until, `a day after ${at.today}`);
      const known = new Set(procedure.form.sections.flatMap(({ fields }) => fields.map(({ id }) => id)));
      const stray = body.fields?.find((id) => !known.has(id));
      if (stray !== undefined) throw refused('fields', stray, `fields of the form: ${[...known].join(', ')}`);
      await record(parts, tx, at, { ...event, act: 'askParts', text: body.text });
      return withMissing(dossier, { fields: body.fields ?? [], until }, now, at.today);
    }
    case 'assign': {
      const { assignee: _before, ...kept } = dossier;
      await record(parts, tx, at, { ...event, act: 'assign', text: body.assignee ?? '' });
      return { ...kept, ...(body.assignee !== null && { assignee: body.assignee }), updatedAt: now.toISOString() };
    }
    default:
      await record(parts, tx, at, { ...event, act: body.act, text: body.text });
      return { ...dossier, updatedAt: now.toISOString() };
  }
}

async function step(
  parts: ProcedureParts,
  tx: Queryable,
  { at, dossier, procedure, body, by }: Acting & { readonly body: DossierAct & { readonly act: 'step' } },
  now: Date,
): Promise<Dossier> {
  const { tenant, id } = at;
  const { actions } = stageOf(procedure, dossier);
  const done = actions.find((each) => each.id === body.action);
  if (done === undefined) {
    const detail = `action: got "${body.action}", expected one of ${actions.map((each) => each.id).join(', ') || 'none'}`;
    throw conflict(`${detail}: the dossier is in the state "${dossier.stage}"`);
  }
  if (done.needsReason && body.reason === undefined)
    throw refused('reason', undefined, 'the reason, which the sender reads');
  const event = { at: now, by: 'desk', who: by.name, act: 'step', state: done.to } as const;
  const n = await record(parts, tx, at, { ...event, ...(body.reason !== undefined && { text: body.reason }) });
  if (done.effect !== undefined && n !== undefined) {
    const job = { tenant, dossier: id, event: n, action: done.id, by: by.name, author: by.author, person: by.person };
    await parts.effect.enqueue(job, { tx, key: `${tenant}/${id}/${n}` });
  }
  return afterStep(procedure, dossier, done.id, now);
}

async function keptOf(db: Queryable, tenant: string, id: string): Promise<KeptDossier> {
  const kept = await findDossier(db, tenant, id);
  if (kept === undefined) throw missing('dossier', id);
  return kept;
}
