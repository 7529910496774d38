import { onceAnswered } from '@alzette/kit/outage';
import { serviceRoutes } from '@alzette/kit/routes';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import { reportObjects } from './acting/report-objects.ts';
import { citizenRoutes } from './citizen/citizen-routes.ts';
import { followRoutes } from './citizen/follow-routes.ts';
import { adminRoutes } from './desk/admin-routes.ts';
import { deskRoutes } from './desk/desk-routes.ts';
import { notifyFollowers } from './followers/notify-followers.ts';
import { forgetBlocks } from './guard/blocks.ts';
import { forgetProofs } from './guard/proof-of-work.ts';
import { forgetRates } from './guard/rates.ts';
import { open311Routes } from './open311/open311-routes.ts';
import type { NotifyJob, ReportContext, ReportParts } from './parts.ts';
import { pseudonymiseOld } from './privacy/erase.ts';
import { openKeyed } from './store/keyed.ts';
import { writeUnwritten } from './store/write-entity.ts';
import { citizenSuggestionRoutes, deskSuggestionRoutes } from './suggestions/suggestion-routes.ts';
import { notificationRoutes, workOrderSubscriptions } from './work-orders/follow-work-orders.ts';

export { readPastReports } from './suggestions/past-reports.ts';

const PSEUDONYMISED_AT_ONCE = 1000;

/** Citizen reports from the app, the desk or by Open311, and how they are handled. */
export const reports = defineService({
  name: 'reports',
  migrations: new URL('../migrations/', import.meta.url),
  needs: ['files', 'workOrders'],
  async start(given: ReportContext) {
    const parts = await partsOf(given);
    defineJobs(parts, given);
    const followWorkOrders = workOrderSubscriptions(parts);
    await onceAnswered(() => followWorkOrders(''));
    await serviceRoutes(given.app, '/reports', (scope) => {
      scope.addHook('preHandler', async ({ tenant, method }) => {
        if (method === 'POST') await followWorkOrders(tenant);
      });
      adminRoutes(scope, parts, given);
      deskRoutes(scope, parts, given);
      deskSuggestionRoutes(scope, parts);
      notificationRoutes(scope, parts);
    });
    await serviceRoutes(given.app, '/citizen/v1/reports', (scope) => {
      citizenRoutes(scope, parts, given.context);
      citizenSuggestionRoutes(scope, parts);
    });
    await serviceRoutes(given.app, '/citizen/v1/reports/follow', (scope) => followRoutes(scope, parts));
    await serviceRoutes(given.app, '/open311/v2', async (scope) => {
      // A separate scope, because errors have the format of Open311.
      await scope.register(async (own) => open311Routes(own, parts));
    });
    return { parts };
  },
});

async function partsOf(given: ReportContext): Promise<ReportParts> {
  const { db, territory, secrets } = given;
  const keyed = await openKeyed(db, secrets);
  const tell = given.jobs.define<NotifyJob>({
    name: 'reports.tell',
    title: { fr: 'Prévenir ceux qui suivent un signalement', en: 'Tell those who follow a report' },
    retries: 8,
    run: (data) => notifyFollowers({ ...given, keyed }, data),
  });
  return { ...given, objects: reportObjects(db, territory), keyed, tell };
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
