import type { dashboardService } from '@alzette/dashboards';
import type { DemoContext, PartsOf } from '@alzette/kit/service';
import type { Dashboard } from '@alzette/ngsi-ld-schemas/dashboards';
import type { SavedQuestion, ScheduledReport } from '../services/dashboards/src/contract/documents.ts';
import { createDashboard, shareDashboard } from '../services/dashboards/src/stored/dashboard-rows.ts';
import { QUESTIONS, REPORTS } from '../services/dashboards/src/stored/document-rows.ts';
import { PRODUCT } from '../services/dashboards/src/stored/report-authors.ts';
import { packDocuments } from './packs/documents.ts';

const AUTHOR = PRODUCT;
/** By then the demo has written the data of the report. */
const REPORT_AFTER_MS = 120_000;
/** `/shared/dashboards/demo` */
const SHARED = 'waste';

const REPORT: ScheduledReport = {
  title: 'Rapport mensuel de l’éclairage',
  dashboard: 'lighting',
  recipients: ['eclairage@example.org'],
  language: 'fr',
  day: 1,
  isActive: true,
};

/** Creates the dashboards and questions of packs, and a report, unless they exist; sends a first report soon after. */
export async function putDashboards(
  { db, scheduling }: PartsOf<ReturnType<typeof dashboardService>>,
  { tenant }: DemoContext,
): Promise<void> {
  for (const { id, body: dashboard } of await packDocuments<Dashboard>('dashboards')) {
    await db.transaction(async (tx) => {
      const isNew = await createDashboard(tx, tenant, id, { dashboard, author: AUTHOR, isPublished: true });
      if (isNew && id === SHARED) await shareDashboard(tx, tenant, id, 'demo');
    });
  }
  for (const { id, body } of await packDocuments<SavedQuestion>('questions')) {
    if ((await QUESTIONS.find(db, tenant, id)) === undefined) await QUESTIONS.put(db, tenant, id, body, AUTHOR);
  }
  if ((await REPORTS.find(db, tenant, 'lighting-monthly')) !== undefined) return;
  await scheduling.keep(tenant, 'lighting-monthly', REPORT);
  await scheduling.send(tenant, 'lighting-monthly', new Date(Date.now() + REPORT_AFTER_MS));
  await REPORTS.put(db, tenant, 'lighting-monthly', REPORT, AUTHOR); // last, because its presence shows that all is done
}
