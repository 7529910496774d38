import { actor } from '@alzette/kit/access';
import { object } from '@alzette/kit/bodies';
import type { Queryable } from '@alzette/kit/database';
import { documents } from '@alzette/kit/objects';
import { identifier, oneOf, readPath } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance } from 'fastify';
import { findDashboard } from '../kept/dashboard-rows.ts';
import { reportKind } from '../kept/document-kinds.ts';
import { REPORTS } from '../kept/document-rows.ts';
import { REPORT, readReport, type ScheduledReport } from '../kept/documents.ts';
import { refusedReports, setAuthor } from '../kept/report-authors.ts';
import { findSent, sentReports } from '../kept/sent-rows.ts';
import type { DashboardParts } from '../parts.ts';

const PATH = { id: identifier({ required: true }) };
const SENT_PATH = { ...PATH, format: oneOf(['pdf', 'csv'], { required: true }) };
const TYPES = { pdf: 'application/pdf', csv: 'text/csv; charset=utf-8' } as const;

const LIST = object({
  reports: { type: 'array', items: REPORT },
  sent: { type: 'array', items: { type: 'object' } },
  hasMail: { type: 'boolean' },
});

const OF_ALL_DATA = documents(reportKind, async () => [{}]);

/** Schedules reports, and sends one now. */
export interface Scheduling {
  keep(tenant: string, id: string, report: ScheduledReport): Promise<void>;
  forget(tenant: string, id: string): Promise<void>;
  /** @param after the earliest time */
  send(tenant: string, id: string, after?: Date): Promise<void>;
}

/** `/dashboards/reports`: monthly reports by mail, their recipients, and all sent reports. */
export function reportRoutes(
  scope: FastifyInstance,
  parts: DashboardParts,
  given: ServiceContext,
  scheduling: Scheduling,
): void {
  scheduleRoutes(scope, parts, given, scheduling);
  sentRoutes(scope, parts, scheduling);
}

function scheduleRoutes(
  scope: FastifyInstance,
  { db, audit, mail, territory }: DashboardParts,
  { callerOf, authorOf }: ServiceContext,
  scheduling: Scheduling,
): void {
  scope.get(
    '/',
    operation({
      access: 'administer',
      summary: 'Scheduled reports, and the latest sent ones',
      answer: LIST,
    }),
    async ({ tenant }) => ({
      reports: await listed(db, tenant),
      sent: await sentReports(db, tenant),
      hasMail: mail !== undefined,
    }),
  );
  scope.put(
    '/:id',
    operation({
      access: 'administer',
      objects: OF_ALL_DATA,
      audited: { values: 'above' },
      summary: 'Creates or replaces a monthly report',
      body: REPORT,
    }),
    async (request, reply) => {
      const { id } = readPath(request, PATH);
      const report = readReport(request.body);
      const { tenant } = request;
      if ((await findDashboard(db, tenant, report.dashboard)) === undefined)
        throw refused('dashboard', report.dashboard, 'the id of a dashboard');
      if (report.commune !== undefined && !territory.communes.some(({ slug }) => slug === report.commune))
        throw refused('commune', report.commune, `one of ${territory.communes.map(({ slug }) => slug).join(', ')}`);
      const caller = callerOf(request);
      const author = { name: actor(caller), grant: authorOf(request) };
      const isNew = await db.transaction(async (tx) => {
        const isNewReport = await REPORTS.put(tx, tenant, id, report, author.name);
        await setAuthor(tx, tenant, id, author);
        return isNewReport;
      });
      await scheduling.keep(tenant, id, report);
      const details = { dashboard: report.dashboard, recipients: report.recipients.length };
      await audit.append({
        actor: actor(caller),
        action: 'report.schedule',
        object: id,
        tenant,
        outcome: 'done',
        details,
      });
      return reply.code(isNew ? 201 : 204).send();
    },
  );
  scope.delete(
    '/:id',
    operation({
      access: 'administer',
      audited: { values: 'above' },
      summary: 'Deletes a scheduled report; sent reports are kept',
    }),
    async (request, reply) => {
      const { id } = readPath(request, PATH);
      if (!(await REPORTS.remove(db, request.tenant, id))) throw missing('report', id);
      await scheduling.forget(request.tenant, id);
      return reply.code(204).send();
    },
  );
}

/** With the time when a report was not sent because its author lacks the rights. */
async function listed(db: Queryable, tenant: string): Promise<object[]> {
  const refused = await refusedReports(db, tenant);
  const reports = await REPORTS.list(db, tenant);
  return reports.map((report) => ({ ...report, ...(refused.has(report.id) && { refusedAt: refused.get(report.id) }) }));
}

function sentRoutes(scope: FastifyInstance, { db }: DashboardParts, scheduling: Scheduling): void {
  scope.post(
    '/:id/send',
    operation({ access: 'administer', objects: OF_ALL_DATA, summary: 'Sends a report of the previous month now' }),
    async (request, reply) => {
      const { id } = readPath(request, PATH);
      if ((await REPORTS.find(db, request.tenant, id)) === undefined) throw missing('report', id);
      await scheduling.send(request.tenant, id);
      return reply.code(202).send();
    },
  );
  scope.get(
    '/sent/:id/:format',
    operation({ access: 'administer', objects: OF_ALL_DATA, summary: 'A sent report as `pdf` or `csv`' }),
    async (request, reply) => {
      const { id, format } = readPath(request, SENT_PATH);
      const sent = await findSent(db, request.tenant, id);
      if (sent === undefined) throw missing('sent report', id);
      return reply
        .type(TYPES[format])
        .header('content-disposition', `attachment; filename="${sent.report}-${sent.from_day}.${format}"`)
        .send(sent[format]);
    },
  );
}
