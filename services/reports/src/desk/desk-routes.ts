import { actor } from '@alzette/kit/access';
import { bodyReader, object } from '@alzette/kit/bodies';
import { documents, judged, judgeOf, listed, named, readable } from '@alzette/kit/objects';
import { idempotencyKey, readPath, readQuery, text } from '@alzette/kit/parameters';
import { denied, missing, Problem } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Actor, actOnReport } from '../acting/act.ts';
import { type DeskAct, mayModerate, mayReport } from '../acting/report-objects.ts';
import { readCategories } from '../categories/categories.ts';
import { findNear } from '../citizen/find-reports.ts';
import type { ReportParts } from '../parts.ts';
import type { Act, Audience } from '../report/acts.ts';
import { communeAt } from '../report/place.ts';
import { OPEN_STATUSES } from '../report/report.ts';
import { REPORT_CONTEXT_PATH } from '../report/report-entity.ts';
import { loadAuthors } from '../store/author-rows.ts';
import { readJournal } from '../store/journal.ts';
import { loadReports, type StoredReport } from '../store/report-rows.ts';
import { readSettings } from '../store/settings.ts';
import { newReportOf, REPORT_BODY, type ReportBody } from '../submitting/new-report.ts';
import { submitReport } from '../submitting/submit.ts';
import { makeWorkOrder } from '../work-orders/make-work-order.ts';
import { ACT_BODY, BULK_BODY, readAct } from './act-bodies.ts';
import { assetContextOf } from './asset-context.ts';
import { DESK_FILTERS, deskQueryOf, PAGE } from './desk-query.ts';
import { deskReport } from './desk-report.ts';

const ID = { id: text({ max: 10, pattern: /^[0-9A-Z]{10}$/, expected: 'the number of a report', required: true }) };
const ANY = { type: 'object' };
const readBulk = bodyReader<{ reports: string[]; act: unknown }>(BULK_BODY);
const readByDesk = bodyReader<ReportBody>(REPORT_BODY);
const WORK_ORDER = object({
  organisation: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' },
  name: { type: 'string', minLength: 1, maxLength: 200 },
  dueDate: { type: 'string', format: 'date-time' },
});
const readWorkOrder = bodyReader<{ organisation?: string; name?: string; dueDate?: string }>(WORK_ORDER);
const ALL: readonly Audience[] = ['public', 'author', 'desk'];
const WITHOUT_AUTHOR: readonly Audience[] = ['public', 'desk'];
/** Acts that require the right to moderate the commune; a contractor with one report does not have it. */
const MODERATING: ReadonlySet<string> = new Set(['accept', 'hide', 'blur', 'assign', 'categorise', 'merge']);
const LACKING = 'Lacking: the right to do this with the report';
const LIST = object({ reports: { type: 'array' }, count: { type: 'integer' } }, ['reports']);

// Longer than 80 lines: routes that share who acts and what is shown.
/** `/reports`: the inbox of the desk, with the rights of the caller. */
export function deskRoutes(scope: FastifyInstance, parts: ReportParts, given: ServiceContext): void {
  const { db, secrets, publicUrl, territory, objects } = parts;
  const context = publicUrl + REPORT_CONTEXT_PATH;
  const actorOf = (request: FastifyRequest): Actor => {
    const caller = given.callerOf(request);
    return { tenant: caller.tenant, name: actor(caller), isOfDesk: true };
  };
  const scopeOf = (slug: string) => territory.communes.find((each) => each.slug === slug)?.scope ?? `/${slug}`;
  const shown = async (request: FastifyRequest, kept: readonly StoredReport[]) => {
    const authors = await loadAuthors(
      db,
      secrets,
      request.tenant,
      kept.map(({ report }) => report.id),
    );
    const judge = judgeOf(request);
    const settings = await readSettings(db, request.tenant);
    return kept.map((each) => deskReport(parts, each, authors.get(each.report.id), judge, settings));
  };
  const storedOf = async (tenant: string, ids: readonly string[]) => {
    const kept = await loadReports(db, tenant, ids);
    return ids.flatMap((id) => kept.get(id) ?? []);
  };
  /** The report that an act changes, and the one that it is merged into. */
  const aboutAct = async (tenant: string, id: string, wanted: Act): Promise<DeskAct[]> => {
    const ids = wanted.act === 'merge' ? [id, wanted.into] : [id];
    const kept = await storedOf(tenant, ids);
    const absent = ids.find((each) => !kept.some(({ report }) => report.id === each));
    if (absent !== undefined) throw missing('report', absent);
    return kept.map((each) => ({ kept: each, isModerating: MODERATING.has(wanted.act) }));
  };

  /** What was found in the text of a report that nobody has read so far. */
  const unseenFindings = async (tenant: string, id: string) => {
    const [kept] = await storedOf(tenant, [id]);
    if (kept?.report.moderation === 'accepted') return [];
    return (await loadAuthors(db, secrets, tenant, [id])).get(id)?.words.findings ?? [];
  };

  scope.get(
    '',
    operation({
      access: 'read',
      objects: listed(objects.report),
      summary: 'Reports, newest first; by default those in progress',
      query: { ...DESK_FILTERS, ...PAGE },
      answer: LIST,
    }),
    async (request) => {
      const { limit, offset, ...filters } = readQuery(request, { ...DESK_FILTERS, ...PAGE });
      const { tenant } = request;
      const { entities, count } = await given.clientOf(request).queryEntities({
        ...deskQueryOf(filters, scopeOf),
        orderBy: 'requested_datetime;desc',
        format: 'simplified',
        pick: ['id', 'service_request_id'],
        tenant,
        context,
        limit,
        offset,
        count: true,
      });
      const ids = entities.map((entity) => String(entity.service_request_id));
      const readableOnes = await readable(request, objects.report, await storedOf(tenant, ids));
      return { reports: await shown(request, readableOnes), count: count ?? entities.length };
    },
  );
  scope.get(
    '/:id',
    operation({
      access: 'read',
      objects: named(objects.report),
      summary: 'One report with its journal, its asset and alarms, and reports nearby',
      answer: ANY,
    }),
    async (request) => {
      const { tenant } = request;
      const kept = judged(request, objects.report);
      const { id, category: code, position } = kept.report;
      const [report] = await shown(request, [kept]);
      const category = (await readCategories(db, tenant)).find((each) => each.code === code);
      const near = await findNear(db, tenant, code, position, category?.duplicateRadius ?? 0, OPEN_STATUSES);
      const judge = judgeOf(request);
      return {
        report,
        category,
        journal: await readJournal(db, tenant, id, mayModerate(judge, kept.report) ? ALL : WITHOUT_AUTHOR),
        ...(await assetContextOf(kept.report, given.clientOf(request), tenant, { context: given.context, publicUrl })),
        nearby: near
          .filter((each) => each.report.id !== id && mayReport(judge, 'read', each.report))
          .map(({ report: { id: other, status, requestedAt, supporters }, metres }) => ({
            id: other,
            status,
            requestedAt,
            supporters,
            metres,
          })),
      };
    },
  );
  scope.post(
    '',
    operation({
      access: 'write',
      objects: documents(objects.newReports, async ({ body }) => {
        const { location } = readByDesk(body);
        return [communeAt(territory, [location.lon, location.lat]).scope];
      }),
      summary: 'Records a report made by telephone or at the counter',
      body: readByDesk.schema,
      answer: ANY,
    }),
    async (request, reply) => {
      const wanted = newReportOf(parts, request.tenant, readByDesk(request.body));
      const submission = { tenant: request.tenant, given: wanted, source: 'desk', key: idempotencyKey(request) };
      const { report, isNew } = await submitReport(parts, submission);
      return reply
        .code(isNew ? 201 : 200)
        .send({ id: report.id, status: report.status, promisedAt: report.promisedAt });
    },
  );
  scope.post(
    '/:id/acts',
    operation({
      access: 'write',
      objects: documents(objects.act, async (request) =>
        aboutAct(request.tenant, readPath(request, ID).id, readAct(request.body)),
      ),
      summary: 'Applies an act to a report: accepts, hides, answers, notes, assigns, promises, merges …',
      body: ACT_BODY,
      answer: ANY,
    }),
    async (request) => {
      const { id } = readPath(request, ID);
      const { report, isChanged } = await actOnReport(parts, actorOf(request), id, readAct(request.body));
      return { isChanged, status: report.status, moderation: report.moderation };
    },
  );
  scope.post(
    '/acts',
    operation({
      access: 'write',
      objects: listed(objects.act),
      summary:
        'Applies one act to several reports, with a result for each; `accept` leaves out reports whose text has findings',
      body: readBulk.schema,
      answer: ANY,
    }),
    async (request) => {
      const { reports, act: wanted } = readBulk(request.body);
      const act = readAct(wanted);
      const actOn = async (id: string) => {
        const about = await aboutAct(request.tenant, id, act);
        const [seen, writable] = [
          await readable(request, objects.act, about),
          await readable(request, objects.act, about, 'write'),
        ];
        if (writable.length < about.length) throw seen.length < about.length ? missing('report', id) : denied(LACKING);
        const findings = act.act === 'accept' ? await unseenFindings(request.tenant, id) : [];
        if (findings.length > 0) return { findings };
        return actOnReport(parts, actorOf(request), id, act);
      };
      const results: object[] = [];
      for (const id of reports) results.push({ report: id, ...(await outcomeOf(() => actOn(id))) });
      return { results };
    },
  );
  scope.post(
    '/:id/work-order',
    operation({
      access: 'write',
      objects: named(objects.report),
      summary: 'Creates a work order; its completion closes the report',
      body: WORK_ORDER,
      answer: ANY,
    }),
    async (request, reply) => {
      const { report } = judged(request, objects.report);
      const by = { ...actorOf(request), client: given.clientOf(request) };
      const workOrder = await makeWorkOrder(parts, by, report, readWorkOrder(request.body ?? {}));
      return reply.code(201).send({ workOrder });
    },
  );
}

type Done = { readonly isChanged: boolean } | { readonly findings: readonly string[] };

async function outcomeOf(act: () => Promise<Done>) {
  try {
    const done = await act();
    if ('findings' in done) return { outcome: 'leftOut', findings: done.findings };
    return { outcome: done.isChanged ? 'done' : 'unchanged' };
  } catch (error) {
    if (error instanceof Problem && error.status < 500)
      return { outcome: 'refused', status: error.status, detail: error.message };
    if (error instanceof NgsiLdClientError && error.status < 500) {
      return { outcome: 'refused', status: error.status, detail: error.problem.detail };
    }
    throw error;
  }
}
