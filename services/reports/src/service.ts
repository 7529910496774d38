import type { FigurePort } from '@alzette/kit/figures';
import { onceAnswered } from '@alzette/kit/outage';
import { neverStored, serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import { reportObjects } from './actions/report-objects.ts';
import { choiceHandlers, publicHandlers, sendingHandlers, takePhotos } from './citizen/citizen-routes.ts';
import { additionHandlers, followHandlers } from './citizen/follow-routes.ts';
import {
  citizenReportContract,
  followedReportContract,
  reportContract,
  reportSetupContract,
} from './contract/contract.ts';
import { notifyFollowers } from './followers/notify-followers.ts';
import { forgetBlocks } from './guard/blocks.ts';
import { forgetProofs } from './guard/proof-of-work.ts';
import { forgetRates } from './guard/rates.ts';
import { open311Routes } from './open311/open311-routes.ts';
import { actHandlers, inboxHandlers } from './operator/desk-routes.ts';
import { figureHandlers } from './operator/figure-routes.ts';
import { personHandlers, settingHandlers, wordHandlers } from './operator/setup-routes.ts';
import type { NotifyJob, ReportContext, ReportParts } from './parts.ts';
import { passReportOn } from './passing-on/pass-report-on.ts';
import { pseudonymiseOld } from './privacy/erase.ts';
import { reportFigures } from './statistics/report-figures.ts';
import { openKeyed } from './store/keyed.ts';
import { writeUnwritten } from './store/write-entity.ts';
import { citizenSuggestionHandlers, deskSuggestionHandlers } from './suggestions/suggestion-routes.ts';
import { notificationRoutes, workOrderSubscriptions } from './work-orders/follow-work-orders.ts';

export { readPastReports } from './suggestions/past-reports.ts';

const PSEUDONYMISED_AT_ONCE = 1000;

/** Citizen reports from the app, the desk or by Open311, and how they are handled. */
export const reports = defineService({
  name: 'reports',
  migrations: new URL('../migrations/', import.meta.url),
  needs: ['files', 'workOrders'],
  async start(given: ReportContext & { readonly figures?: FigurePort }) {
    const parts = await partsOf(given);
    given.figures?.declare(reportFigures(parts));
    defineJobs(parts, given);
    const followWorkOrders = workOrderSubscriptions(parts);
    await onceAnswered(() => followWorkOrders(''));
    await serviceRoutes(given.app, '/reports', (scope) => {
      scope.addHook('preHandler', async ({ tenant, method }) => {
        if (method === 'POST') await followWorkOrders(tenant);
      });
      serve(scope, reportSetupContract, {
        ...wordHandlers(parts),
        ...settingHandlers(parts),
        ...personHandlers(parts),
      });
      serve(scope, reportContract, {
        ...inboxHandlers(parts),
        ...actHandlers(parts),
        ...figureHandlers(parts),
        ...deskSuggestionHandlers(parts),
      });
      notificationRoutes(scope, parts);
    });
    await serviceRoutes(given.app, '/citizen/v1/reports', (scope) => {
      takePhotos(scope);
      serve(scope, citizenReportContract, {
        ...publicHandlers(parts),
        ...choiceHandlers(parts),
        ...sendingHandlers(parts),
        ...citizenSuggestionHandlers(parts),
      });
    });
    await serviceRoutes(given.app, '/citizen/v1/reports/follow', (scope) => {
      neverStored(scope);
      serve(scope, followedReportContract, { ...followHandlers(parts), ...additionHandlers(parts) });
    });
    await serviceRoutes(given.app, '/open311/v2', async (scope) => {
      // A separate scope, because errors have the format of Open311.
      await scope.register(async (own) => open311Routes(own, parts));
    });
    return { parts };
  },
});

async function partsOf(given: ReportContext): Promise<ReportParts> {
  const { db, territories, secrets } = given;
  const keyed = await openKeyed(db, secrets);
  const tell = given.jobs.define<NotifyJob>({
    name: 'reports.tell',
    title: { fr: 'Prévenir ceux qui suivent un signalement', en: 'Tell those who follow a report' },
    retries: 8,
    run: (data) => notifyFollowers({ ...given, keyed }, data),
  });
  const passOn = given.jobs.define<NotifyJob>({
    name: 'reports.pass-on',
    title: { fr: 'Transmettre un signalement à qui en est chargé', en: 'Pass a report on to who is responsible' },
    retries: 8,
    retryDelayS: 10,
    run: (data, run) => passReportOn(parts, data, run),
  });
  const parts: ReportParts = { ...given, objects: reportObjects(db, territories), keyed, tell, passOn };
  return parts;
}

function defineJobs(parts: ReportParts, { jobs, db }: ServiceContext): void {
  jobs.define({
    name: 'reports.write-unwritten',
    title: { fr: 'Écrire les signalements restés en suspens', en: 'Write the reports that were left unwritten' },
    schedule: { cron: '* * * * *' },
    oneAtATime: true,
    run: async () => ({ written: await writeUnwritten(parts) }),
  });
  jobs.define({
    name: 'reports.pseudonymise',
    title: { fr: 'Pseudonymiser les auteurs de signalements anciens', en: 'Pseudonymise the authors of old reports' },
    schedule: { cron: '35 3 * * *' },
    oneAtATime: true,
    run: async () => ({ reports: await pseudonymiseOld(parts, PSEUDONYMISED_AT_ONCE) }),
  });
  jobs.define({
    name: 'reports.forget',
    title: { fr: 'Oublier les limites et blocages expirés', en: 'Forget limits and blocks that have expired' },
    schedule: { cron: '45 * * * *' },
    oneAtATime: true,
    run: async () => ({ rates: await forgetRates(db), proofs: await forgetProofs(db), blocks: await forgetBlocks(db) }),
  });
}
