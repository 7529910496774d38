import { actor } from '@alzette/kit/access';
import { bodyReader, object } from '@alzette/kit/bodies';
import { idempotencyKey, readPath, readQuery, text } from '@alzette/kit/parameters';
import { denied, Problem } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Actor, actOnReport } from '../acting/act.ts';
import { type DeskRights, deskRights } from '../acting/desk-rights.ts';
import { visibleReport } from '../acting/visible-report.ts';
import { readCategories } from '../categories/categories.ts';
import { findNear } from '../citizen/find-reports.ts';
import type { ReportParts } from '../parts.ts';
import type { Audience } from '../report/acts.ts';
import { communeAt } from '../report/place.ts';
import { OPEN_STATUSES, urnOf } from '../report/report.ts';
import { REPORT_CONTEXT_PATH } from '../report/report-entity.ts';
import { loadAuthors } from '../store/author-rows.ts';
import { readJournal } from '../store/journal.ts';
import { loadReports } from '../store/report-rows.ts';
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
const LIST = object({ reports: { type: 'array' }, count: { type: 'integer' } }, ['reports']);

// Longer than 80 lines: routes that share who acts and what is shown.
/** `/reports`: the inbox of the desk, with the rights of the caller. */
export function deskRoutes(scope: FastifyInstance, parts: ReportParts, given: ServiceContext): void {
  const { db, secrets, publicUrl, territory } = parts;
  const context = publicUrl + REPORT_CONTEXT_PATH;
  const actorOf = (request: FastifyRequest): Required<Actor> & { readonly rights: DeskRights } => {
    const caller = given.callerOf(request);
    return {
      tenant: caller.tenant,
      name: actor(caller),
      client: given.clientOf(request),
      rights: deskRights(given, request),
    };
  };
  const scopeOf = (slug: string) => territory.communes.find((each) => each.slug === slug)?.scope ?? `/${slug}`;
  const shown = async (tenant: string, ids: readonly string[], rights: DeskRights) => {
    const kept = await loadReports(db, tenant, ids);
    const authors = await loadAuthors(db, secrets, tenant, ids);
    return ids.flatMap((id) => {
      const found = kept.get(id);
      return found === undefined ? [] : deskReport(parts, found, authors.get(id), rights);
    });
  };

  scope.get(
    '',
    operation({
      access: 'read',
      summary: 'Reports, newest first; by default those in progress',
      query: { ...DESK_FILTERS, ...PAGE },
      answer: LIST,
    }),
    async (request) => {
      const { limit, offset, ...filters } = readQuery(request, { ...DESK_FILTERS, ...PAGE });
      const { tenant, client, rights } = actorOf(request);
      const { entities, count } = await client.queryEntities({
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
      return { reports: await shown(tenant, ids, rights), count: count ?? entities.length };
    },
  );
  scope.get(
    '/:id',
    operation({
      access: 'read',
      summary: 'One report with its journal, its asset and alarms, and reports nearby',
      answer: ANY,
    }),
    async (request) => {
      const { id } = readPath(request, ID);
      const { tenant, client, rights } = actorOf(request);
      const kept = await visibleReport(parts, client, tenant, id);
      const [report] = await shown(tenant, [id], rights);
      const category = (await readCategories(db, tenant)).find(({ code }) => code === kept.category);
      const near = await findNear(
        db,
        tenant,
        kept.category,
        kept.position,
        category?.duplicateRadius ?? 0,
        OPEN_STATUSES,
      );
      const others = near.filter((each) => each.report.id !== id);
      const { entities: visible } = await client.queryEntities({
        type: 'ServiceRequest',
        id: others.length === 0 ? [urnOf(id)] : others.map((each) => urnOf(each.report.id)),
        tenant,
        context,
        pick: ['id'],
        format: 'simplified',
      });
      const seen = new Set(visible.map((entity) => entity.id));
      return {
        report,
        category,
        journal: await readJournal(db, tenant, id, rights.mayModerate(kept) ? ALL : WITHOUT_AUTHOR),
        ...(await assetContextOf(kept, client, tenant, { context: given.context, publicUrl })),
        nearby: others
          .filter((each) => seen.has(urnOf(each.report.id)))
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
      summary: 'Records a report made by telephone or at the counter',
      body: readByDesk.schema,
      answer: ANY,
    }),
    async (request, reply) => {
      const { tenant, rights } = actorOf(request);
      const wanted = newReportOf(readByDesk(request.body));
      const commune = communeAt(territory, wanted.position);
      if (!rights.mayModerate({ communeScope: commune.scope })) throw denied(`You may not report for ${commune.name}`);
      const submission = { tenant, given: wanted, source: 'desk', key: idempotencyKey(request) };
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
      summary: 'Applies one act to several reports, with a result for each',
      body: readBulk.schema,
      answer: ANY,
    }),
    async (request) => {
      const { reports, act: given } = readBulk(request.body);
      const act = readAct(given);
      const results: object[] = [];
      for (const id of reports)
        results.push({ report: id, ...(await outcomeOf(() => actOnReport(parts, actorOf(request), id, act))) });
      return { results };
    },
  );
  scope.post(
    '/:id/work-order',
    operation({
      access: 'write',
      summary: 'Creates a work order; its completion closes the report',
      body: WORK_ORDER,
      answer: ANY,
    }),
    async (request, reply) => {
      const { id } = readPath(request, ID);
      const by = actorOf(request);
      const report = await visibleReport(parts, by.client, by.tenant, id);
      const workOrder = await makeWorkOrder(parts, by, report, readWorkOrder(request.body ?? {}));
      return reply.code(201).send({ workOrder });
    },
  );
}

async function outcomeOf(act: () => Promise<{ readonly isChanged: boolean }>) {
  try {
    return { outcome: (await act()).isChanged ? 'done' : 'unchanged' };
  } catch (error) {
    if (error instanceof Problem && error.status < 500)
      return { outcome: 'refused', status: error.status, detail: error.message };
    if (error instanceof NgsiLdClientError && error.status < 500) {
      return { outcome: 'refused', status: error.status, detail: error.problem.detail };
    }
    throw error;
  }
}
