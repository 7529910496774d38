import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import {
  dashboardContract,
  dashboardReportContract,
  figureContract,
  questionContract,
  savedViewContract,
} from './contract/contract.ts';
import { countedFigures } from './figures/counted-figures.ts';
import { openFigures } from './figures/figure-port.ts';
import { sendReport } from './reports/send-report.ts';
import { dashboardHandlers, type Templates } from './routes/dashboard-routes.ts';
import { figureHandlers } from './routes/figure-routes.ts';
import { questionHandlers } from './routes/question-routes.ts';
import { reportHandlers, type Scheduling } from './routes/report-routes.ts';
import { viewHandlers } from './routes/view-routes.ts';
import { forgetViews, REPORTS } from './stored/document-rows.ts';

/** The hour of sending in the morning, in the territory's time zone. */
const HOUR = 6;

interface DashboardOptions {
  /** The dashboards to start from. */
  readonly templates?: Templates;
}

/** Dashboards, saved questions and views, figures, and monthly reports. */
export function dashboardService({ templates }: DashboardOptions = {}) {
  return defineService({
    name: 'dashboards',
    migrations: new URL('../migrations/', import.meta.url),
    async start(given) {
      const { db, jobs } = given;
      const figures = openFigures();
      figures.declare(countedFigures(given.context));
      const job = jobs.define<{ tenant: string; report: string }>({
        name: 'dashboards.send-report',
        title: { fr: 'Envoi d’un rapport', en: 'Sending of a report' },
        timeoutS: 1800,
        retries: 5,
        async run({ tenant, report: id }, { id: run }) {
          const report = await REPORTS.find(db, tenant, id);
          // The report may have been deleted since it was scheduled.
          return report && sendReport({ ...given, figures }, { tenant, id, report, run, now: new Date() });
        },
      });
      const keyOf = (tenant: string, id: string) => `${tenant}/${id}`;
      const scheduling: Scheduling = {
        async keep(tenant, id, { isActive, day }) {
          if (!isActive) return job.unschedule(keyOf(tenant, id));
          const data = { tenant, report: id };
          const { timeZone } = given.territories.of(tenant);
          await job.schedule(keyOf(tenant, id), { cron: `0 ${HOUR} ${day} * *`, timeZone, missed: 'once', data });
        },
        forget: (tenant, id) => job.unschedule(keyOf(tenant, id)),
        async send(tenant, id, after) {
          await job.enqueue({ tenant, report: id }, { key: keyOf(tenant, id), ...(after && { after }) });
        },
      };
      await serviceRoutes(given.app, '/dashboards', (scope) => {
        serve(scope, dashboardContract, dashboardHandlers(given, templates));
        serve(scope, questionContract, questionHandlers(given));
        serve(scope, savedViewContract, viewHandlers(given));
        serve(scope, figureContract, figureHandlers(given, figures));
        serve(scope, dashboardReportContract, reportHandlers(given, scheduling));
      });
      return { ports: { figures }, parts: { db, scheduling }, forget: (person) => forgetViews(db, person) };
    },
  });
}
