import { actor } from '@alzette/kit/access';
import { object } from '@alzette/kit/bodies';
import { documents } from '@alzette/kit/objects';
import { identifier, oneOf, readPath } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance } from 'fastify';
import { findDashboard } from '../kept/dashboard-rows.ts';
import { REPORTS } from '../kept/document-rows.ts';
import { REPORT, readReport, type ScheduledReport } from '../kept/documents.ts';
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

/** A report shows all data of the tenant, so it is for administrators who may read them all. */
const OF_ALL_DATA = documents(
  {
    name: 'report on all data',
    find: () => ({}),
    may: (_action, _document, judge) => judge.may('read', { id: 'urn:ngsi-ld:Entity:any', types: [] }),
  },
  async () => [{}],
);

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
  { callerOf }: ServiceContext,
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
      reports: await REPORTS.list(db, tenant),
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
      const isNew = await REPORTS.put(db, tenant, id, report, actor(caller));
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
