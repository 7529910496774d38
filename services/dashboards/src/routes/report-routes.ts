import { actor } from '@alzette/kit/access';
import type { Queryable } from '@alzette/kit/database';
import { documents } from '@alzette/kit/objects';
import { missing, refused } from '@alzette/kit/problems';
import { answer, type Handlers } from '@alzette/kit/serve';
import type { DashboardReportContract, KeptReport } from '../contract/contract.ts';
import type { ScheduledReport } from '../contract/documents.ts';
import type { DashboardParts } from '../parts.ts';
import { findDashboard } from '../stored/dashboard-rows.ts';
import { reportKind } from '../stored/document-kinds.ts';
import { REPORTS } from '../stored/document-rows.ts';
import { refusedReports, setAuthor } from '../stored/report-authors.ts';
import { findSent, sentReports } from '../stored/sent-rows.ts';

const TYPES = { pdf: 'application/pdf', csv: 'text/csv; charset=utf-8' } as const;
const OF_ALL_DATA = documents(reportKind, async () => [{}]);

/** Schedules reports, and sends one now. */
export interface Scheduling {
  keep(tenant: string, id: string, report: ScheduledReport): Promise<void>;
  forget(tenant: string, id: string): Promise<void>;
  /** @param after the earliest time */
  send(tenant: string, id: string, after?: Date): Promise<void>;
}

/** `/dashboards/reports`: monthly reports by mail, their recipients, and all sent reports. */
export function reportHandlers(
  { db, audit, mail, territories, callerOf, authorOf }: DashboardParts,
  scheduling: Scheduling,
): Handlers<DashboardReportContract> {
  return {
    list: async ({ tenant }) => ({
      reports: await listed(db, tenant),
      sent: await sentReports(db, tenant),
      hasMail: mail !== undefined,
    }),
    save: {
      objects: OF_ALL_DATA,
      async handle(request) {
        const {
          tenant,
          params: { id },
          body: report,
        } = request;
        if ((await findDashboard(db, tenant, report.dashboard)) === undefined)
          throw refused('dashboard', report.dashboard, 'the id of a dashboard');
        const slugs = territories.of(tenant).communes.map(({ slug }) => slug);
        if (report.commune !== undefined && !slugs.includes(report.commune))
          throw refused('commune', report.commune, `one of ${slugs.join(', ')}`);
        const author = { name: actor(callerOf(request)), grant: authorOf(request) };
        const isNew = await db.transaction(async (tx) => {
          const isNewReport = await REPORTS.put(tx, tenant, id, report, author.name);
          await setAuthor(tx, tenant, id, author);
          return isNewReport;
        });
        await scheduling.keep(tenant, id, report);
        const details = { dashboard: report.dashboard, recipients: report.recipients.length };
        await audit.append({
          actor: author.name,
          action: 'report.schedule',
          object: id,
          tenant,
          outcome: 'done',
          details,
        });
        return answer(isNew ? 201 : 204);
      },
    },
    async remove({ tenant, params: { id } }) {
      if (!(await REPORTS.remove(db, tenant, id))) throw missing('report', id);
      await scheduling.forget(tenant, id);
    },
    send: {
      objects: OF_ALL_DATA,
      async handle({ tenant, params: { id } }) {
        if ((await REPORTS.find(db, tenant, id)) === undefined) throw missing('report', id);
        await scheduling.send(tenant, id);
      },
    },
    sent: {
      objects: OF_ALL_DATA,
      async handle({ tenant, params: { id, format } }, reply) {
        const sent = await findSent(db, tenant, id);
        if (sent === undefined) throw missing('sent report', id);
        const name = `${sent.report}-${sent.from_day}.${format}`;
        reply.type(TYPES[format]).header('content-disposition', `attachment; filename="${name}"`);
        return sent[format];
      },
    },
  };
}

/** With the time when a report was not sent because its author lacks the rights. */
async function listed(db: Queryable, tenant: string): Promise<KeptReport[]> {
  const refused = await refusedReports(db, tenant);
  const reports = await REPORTS.list(db, tenant);
  return reports.map((report) => ({ ...report, ...(refused.has(report.id) && { refusedAt: refused.get(report.id) }) }));
}
