import { actor } from '@alzette/kit/access';
import type { Queryable } from '@alzette/kit/database';
import { judged, listed, named, readable } from '@alzette/kit/objects';
import { missing } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { localDay } from '../clock/deadline.ts';
import type { DossierContract } from '../contract/contract.ts';
import { mayDo } from '../dossiers/case-objects.ts';
import { procedureOf } from '../dossiers/record.ts';
import { decisionDocument } from '../letters/letter.ts';
import { pdf } from '../letters/pdf.ts';
import type { ProcedureParts } from '../parts.ts';
import { findDossier, type KeptDossier, listDossiers } from '../stored/dossier-rows.ts';
import { readEvents } from '../stored/event-rows.ts';
import { findSender } from '../stored/sender-rows.ts';
import { deskDossier, dossierLines, hiddenFields } from '../views/shown-dossier.ts';
import { actOnDossier } from './act.ts';

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
        const caller = callerOf(request);
        const by = { name: actor(caller), author: parts.authorOf(request), person: caller.person ?? null };
        await actOnDossier(parts, { tenant, id: params.id }, request.body, {
          ...by,
          may: (procedure, action) => mayDo(procedure, action, caller),
        });
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

async function keptOf(db: Queryable, tenant: string, id: string): Promise<KeptDossier> {
  const kept = await findDossier(db, tenant, id);
  if (kept === undefined) throw missing('dossier', id);
  return kept;
}
