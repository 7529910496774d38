import type { dashboards } from '@alzette/dashboards';
import type { DemoContext, PartsOf } from '@alzette/kit/service';
import type { SavedQuestion, ScheduledReport } from '../services/dashboards/src/contract/documents.ts';
import { createDashboard, shareDashboard } from '../services/dashboards/src/stored/dashboard-rows.ts';
import { QUESTIONS, REPORTS } from '../services/dashboards/src/stored/document-rows.ts';
import { PRODUCT } from '../services/dashboards/src/stored/report-authors.ts';
import { TEMPLATES } from '../services/dashboards/src/templates/templates.ts';

const AUTHOR = PRODUCT;
/** By then the demo has written the data of the report. */
const REPORT_AFTER_MS = 120_000;
/** `/shared/dashboards/demo` */
const SHARED = 'waste';

const QUESTION: SavedQuestion = {
  title: 'Signalements à moins de 50 m d’un lampadaire à 30 %',
  description: 'Croise les signalements des habitants et l’abaissement de l’éclairage, par commune.',
  question: {
    type: 'ServiceRequest',
    near: { type: 'Streetlight', q: 'illuminanceLevel<=0.3', metres: 50 },
    group: [{ by: 'scope' }],
    measure: { kind: 'count' },
  },
};

const REPORT: ScheduledReport = {
  title: 'Rapport mensuel de l’éclairage',
  dashboard: 'lighting',
  recipients: ['eclairage@example.org'],
  language: 'fr',
  day: 1,
  isActive: true,
};

/** Creates the dashboards, a question and a report, unless they exist; sends a first report soon after. */
export async function putDashboards(
  { db, scheduling }: PartsOf<typeof dashboards>,
  { tenant }: DemoContext,
): Promise<void> {
  for (const [id, dashboard] of Object.entries(TEMPLATES)) {
    await db.transaction(async (tx) => {
      const isNew = await createDashboard(tx, tenant, id, { dashboard, author: AUTHOR, isPublished: true });
      if (isNew && id === SHARED) await shareDashboard(tx, tenant, id, 'demo');
    });
  }
  if ((await QUESTIONS.find(db, tenant, 'near-dimmed')) === undefined)
    await QUESTIONS.put(db, tenant, 'near-dimmed', QUESTION, AUTHOR);
  if ((await REPORTS.find(db, tenant, 'lighting-monthly')) !== undefined) return;
  await scheduling.keep(tenant, 'lighting-monthly', REPORT);
  await scheduling.send(tenant, 'lighting-monthly', new Date(Date.now() + REPORT_AFTER_MS));
  await REPORTS.put(db, tenant, 'lighting-monthly', REPORT, AUTHOR); // last, because its presence shows that all is done
}
