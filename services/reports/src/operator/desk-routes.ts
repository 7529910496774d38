import { actor } from '@alzette/kit/access';
import { documentsInBody, judged, judgeOf, listed, named, readable } from '@alzette/kit/objects';
import { idempotencyKey } from '@alzette/kit/parameters';
import { denied, missing, Problem } from '@alzette/kit/problems';
import { answer, type Handlers, type RequestOf } from '@alzette/kit/serve';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyRequest } from 'fastify';
import { type Actor, actOnReport } from '../actions/act.ts';
import { mayModerate, mayReport } from '../actions/report-objects.ts';
import { readCategories } from '../categories/categories.ts';
import { findNear } from '../citizen/find-reports.ts';
import type { DeskAct } from '../contract/acts.ts';
import type { ActResult, Audience, DeskReport, ReportContract } from '../contract/desk.ts';
import { OPEN_STATUSES } from '../contract/report.ts';
import type { ReportParts } from '../parts.ts';
import { communeAt } from '../report/place.ts';
import { REPORT_CONTEXT_PATH } from '../report/report-entity.ts';
import { loadAuthors } from '../store/author-rows.ts';
import { readJournal } from '../store/journal.ts';
import { loadReports, type StoredReport } from '../store/report-rows.ts';
import { readSettings } from '../store/settings.ts';
import { newReportOf } from '../submitting/new-report.ts';
import { submitReport } from '../submitting/submit.ts';
import { makeWorkOrder } from '../work-orders/make-work-order.ts';
import { assetContextOf } from './asset-context.ts';
import { deskQueryOf } from './desk-query.ts';
import { deskReport } from './desk-report.ts';
import { isShownInQueue, reportsInQueue } from './queues.ts';

const ALL: readonly Audience[] = ['public', 'author', 'desk'];
const WITHOUT_AUTHOR: readonly Audience[] = ['public', 'desk'];
/** Acts that require the right to moderate the commune; a contractor with one report does not have it. */
const MODERATING: ReadonlySet<string> = new Set(['accept', 'hide', 'blur', 'assign', 'categorise', 'merge', 'passOn']);
const LACKING = 'Lacking: the right to do this with the report';

type Operations = ReportContract['operations'];

/** `/reports`: the inbox of the desk, with the rights of the caller. */
export function inboxHandlers(parts: ReportParts): Handlers<ReportContract, 'list' | 'one'> {
  const { db, publicUrl, territories, objects, clientOf } = parts;
  const context = publicUrl + REPORT_CONTEXT_PATH;
  return {
    list: {
      objects: listed(objects.report),
      async handle(request) {
        const { tenant } = request;
        const { limit, offset, order, ...filters } = request.query;
        const { text, isUnanswered, isMine } = filters;
        const handledBy = isMine === true ? actor(parts.callerOf(request)) : undefined;
        const queue = { text, isUnanswered, handledBy };
        const numbers = await reportsInQueue(db, tenant, queue);
        if (numbers?.length === 0) return { reports: [], count: 0 };
        const { communes } = territories.of(tenant);
        const scopeOf = (slug: string) => communes.find((each) => each.slug === slug)?.scope ?? `/${slug}`;
        const { entities, count } = await clientOf(request).queryEntities({
          ...deskQueryOf(filters, scopeOf, numbers),
          orderBy: order === 'promised' ? 'expected_datetime' : 'requested_datetime;desc',
          format: 'simplified',
          pick: ['id', 'service_request_id'],
          tenant,
          context,
          limit,
          offset,
          count: true,
        });
        const ids = entities.map((entity) => String(entity.service_request_id));
        const readableOnes = await readable(request, objects.report, await storedOf(parts, tenant, ids));
        const all = await shown(parts, request, readableOnes);
        const found = all.filter((report) => isShownInQueue(report, queue));
        // The number of those that are not shown would tell what their texts contain.
        return { reports: found, count: numbers === undefined ? (count ?? entities.length) : found.length };
      },
    },
    one: {
      objects: named(objects.report),
      async handle(request) {
        const { tenant } = request;
        const kept = judged(request, objects.report);
        const { id, category: code, position } = kept.report;
        const category = (await readCategories(db, tenant)).find((each) => each.code === code);
        const near = await findNear(db, tenant, code, position, category?.duplicateRadius ?? 0, OPEN_STATUSES);
        const judge = judgeOf(request);
        const others = near.filter((each) => each.report.id !== id && mayReport(judge, 'read', each.report));
        const stored = await storedOf(
          parts,
          tenant,
          others.map(({ report }) => report.id),
        );
        const beside = new Map((await shown(parts, request, stored)).map((each) => [each.id, each]));
        const authors = await loadAuthors(db, parts.secrets, tenant, [id]);
        return {
          report: deskReport(parts, kept, authors.get(id), judge, await readSettings(db, tenant)),
          ...(category && { category }),
          journal: await readJournal(db, tenant, id, mayModerate(judge, kept.report) ? ALL : WITHOUT_AUTHOR),
          ...(await assetContextOf(kept.report, clientOf(request), tenant, { context: parts.context, publicUrl })),
          nearby: others.map(({ report: { id: other, status, requestedAt, supporters }, metres }) => ({
            ...{ id: other, status, requestedAt, supporters, metres },
            ...besideOf(beside.get(other)),
          })),
        };
      },
    },
  };
}

/** `/reports`: what the desk does with reports. */
export function actHandlers(
  parts: ReportParts,
): Handlers<ReportContract, 'record' | 'act' | 'actOnMany' | 'makeWorkOrder'> {
  const { territories, objects } = parts;
  const actorOf = (request: FastifyRequest): Actor => {
    const caller = parts.callerOf(request);
    return { tenant: caller.tenant, name: actor(caller), isOfDesk: true };
  };
  return {
    record: {
      objects: documentsInBody(objects.newReports, async ({ tenant, body }: RequestOf<Operations['record']>) => {
        const { lon, lat } = body.location;
        return [(await communeAt(territories, tenant, [lon, lat])).scope];
      }),
      async handle(request) {
        const { tenant, body } = request;
        const wanted = newReportOf(parts, tenant, body);
        const submission = { tenant, given: wanted, source: 'desk', key: idempotencyKey(request) };
        const { report, isNew } = await submitReport(parts, submission);
        const { id, status, promisedAt } = report;
        return answer(isNew ? 201 : 200, { id, status, ...(promisedAt !== undefined && { promisedAt }) });
      },
    },
    act: {
      objects: documentsInBody(objects.act, ({ tenant, params, body }: RequestOf<Operations['act']>) =>
        aboutAct(parts, tenant, params.id, body),
      ),
      async handle(request) {
        const { report, isChanged } = await actOnReport(parts, actorOf(request), request.params.id, request.body);
        return { isChanged, status: report.status, moderation: report.moderation };
      },
    },
    actOnMany: {
      objects: listed(objects.act),
      async handle(request) {
        const { reports, act } = request.body;
        const actOn = async (id: string) => {
          const about = await aboutAct(parts, request.tenant, id, act);
          const [seen, writable] = [
            await readable(request, objects.act, about),
            await readable(request, objects.act, about, 'write'),
          ];
          if (writable.length < about.length) {
            throw seen.length < about.length ? missing('report', id) : denied(LACKING);
          }
          const findings = act.act === 'accept' ? await unseenFindings(parts, request.tenant, id) : [];
          if (findings.length > 0) return { findings };
          return actOnReport(parts, actorOf(request), id, act);
        };
        const results: ActResult[] = [];
        for (const id of reports) results.push({ report: id, ...(await outcomeOf(() => actOn(id))) });
        return { results };
      },
    },
    makeWorkOrder: {
      objects: named(objects.report),
      async handle(request) {
        const { report } = judged(request, objects.report);
        const by = { ...actorOf(request), client: parts.clientOf(request) };
        return { workOrder: await makeWorkOrder(parts, by, report, request.body) };
      },
    },
  };
}

/** What tells whether it is the same problem. */
function besideOf(report: DeskReport | undefined) {
  const text = report?.publicText ?? report?.words.text;
  const photo = report?.photos[0]?.url;
  return { ...(text !== undefined && { text }), ...(photo !== undefined && { photo }) };
}

async function shown(
  parts: ReportParts,
  request: FastifyRequest,
  kept: readonly StoredReport[],
): Promise<DeskReport[]> {
  const { db, secrets } = parts;
  const ids = kept.map(({ report }) => report.id);
  const authors = await loadAuthors(db, secrets, request.tenant, ids);
  const judge = judgeOf(request);
  const settings = await readSettings(db, request.tenant);
  return kept.map((each) => deskReport(parts, each, authors.get(each.report.id), judge, settings));
}

async function storedOf({ db }: ReportParts, tenant: string, ids: readonly string[]): Promise<StoredReport[]> {
  const kept = await loadReports(db, tenant, ids);
  return ids.flatMap((id) => kept.get(id) ?? []);
}

/** The report that an act changes, and the one that it is merged into. */
async function aboutAct(parts: ReportParts, tenant: string, id: string, wanted: DeskAct) {
  const ids = wanted.act === 'merge' ? [id, wanted.into] : [id];
  const kept = await storedOf(parts, tenant, ids);
  const absent = ids.find((each) => !kept.some(({ report }) => report.id === each));
  if (absent !== undefined) throw missing('report', absent);
  return kept.map((each) => ({ kept: each, isModerating: MODERATING.has(wanted.act) }));
}

/** What was found in the text of a report that nobody has read so far. */
async function unseenFindings(parts: ReportParts, tenant: string, id: string): Promise<readonly string[]> {
  const [kept] = await storedOf(parts, tenant, [id]);
  if (kept?.report.moderation === 'accepted') return [];
  return (await loadAuthors(parts.db, parts.secrets, tenant, [id])).get(id)?.words.findings ?? [];
}

type Done = { readonly isChanged: boolean } | { readonly findings: readonly string[] };

async function outcomeOf(act: () => Promise<Done>): Promise<Omit<ActResult, 'report'>> {
  try {
    const done = await act();
    if ('findings' in done) return { outcome: 'leftOut', findings: done.findings };
    return { outcome: done.isChanged ? 'done' : 'unchanged' };
  } catch (error) {
    if (error instanceof Problem && error.status < 500)
      return { outcome: 'refused', status: error.status, detail: error.message };
    if (error instanceof NgsiLdClientError && error.status < 500) {
      return {
        outcome: 'refused',
        status: error.status,
        ...(error.problem.detail !== undefined && { detail: error.problem.detail }),
      };
    }
    throw error;
  }
}
