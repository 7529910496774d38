import { setTimeout as sleep } from 'node:timers/promises';
import type { FigurePort } from '@alzette/kit/figures';
import type { Job } from '@alzette/kit/jobs';
import type { ModelFunctionPort } from '@alzette/kit/model-functions';
import { onceAnswered } from '@alzette/kit/outage';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext, type TerritoryInfo } from '@alzette/kit/service';
import { advancePlan } from './apply/advance-plan.ts';
import { checkCommands, forgetCounts } from './apply/command-limit.ts';
import { beginException, type ExceptionJob, lightExceptionPort } from './apply/exceptions.ts';
import type { OverrideJobs } from './apply/make-override.ts';
import { overrideHandlers } from './apply/override-routes.ts';
import { type PlanJob, planHandlers } from './apply/plan-routes.ts';
import { leasePlan, openPlans } from './apply/plan-rows.ts';
import { endOverride, type GroupJob, type OverrideJob, sendNextGroup } from './apply/send-override.ts';
import { assignmentHandlers } from './assigning/assignment-routes.ts';
import { zoneHandlers } from './assigning/zone-routes.ts';
import {
  measureContract,
  overrideContract,
  parkContract,
  planContract,
  publicLightingContract,
  simulationContract,
  strategyContract,
  supervisionContract,
  zoneContract,
} from './contract/contract.ts';
import { fillReadings } from './measure/fill-readings.ts';
import { beginWithRequests, type FillJob, openFirstUse } from './measure/first-use.ts';
import { lightingFigures } from './measure/lighting-figures.ts';
import { measureHandlers } from './measure/measure-routes.ts';
import { closeNights } from './measure/night-jobs.ts';
import { notificationRoutes } from './measure/notification-routes.ts';
import { openReadingSubscriptions } from './measure/subscribe.ts';
import { tenantsToFill } from './measure/tenant-rows.ts';
import { parkHandlers, readParkFiles } from './park-routes/park-routes.ts';
import type { LightingParts } from './parts.ts';
import { publicHandlers } from './public/public-routes.ts';
import { reportHandlers } from './reports/report-routes.ts';
import { nightsFunction } from './simulation/model-function.ts';
import { simulationHandlers } from './simulation/simulation-routes.ts';
import { strategyHandlers } from './strategies/strategy-routes.ts';
import type { Site } from './sun/sun-night.ts';
import { supervisionHandlers } from './supervision/supervision-routes.ts';

/** The interval for reading the answers of lamps. */
const PLAN_EVERY_MS = 1_000;
/** Filling in the readings of a hundred thousand lamps takes about an hour. */
const FILL_TIMEOUT_S = 4 * 3600;
const FILL_RETRIES = 10;

function centreOf({ bbox: [west, south, east, north], timeZone }: TerritoryInfo): Site {
  return { longitude: (west + east) / 2, latitude: (south + north) / 2, timeZone };
}

/** Street lighting: park, strategies, simulation, measured saving. */
export const lighting = defineService({
  name: 'lighting',
  migrations: new URL('../migrations/', import.meta.url),
  async start(given: ServiceContext & { readonly figures?: FigurePort; readonly modelFunctions?: ModelFunctionPort }) {
    const parts: LightingParts = { ...given, siteOf: (tenant) => centreOf(given.territories.of(tenant)) };
    given.figures?.declare(lightingFigures(parts));
    given.modelFunctions?.declare('lighting.nights', nightsFunction(parts));
    const subscriptions = await openReadingSubscriptions(given);
    const fill = given.jobs.define<FillJob>({
      name: 'lighting.fill-readings',
      title: { fr: 'Reprise des mesures passées de l’éclairage', en: 'Filling in of past readings of lighting' },
      oneAtATime: true,
      retries: FILL_RETRIES,
      timeoutS: FILL_TIMEOUT_S,
      run: ({ tenant }, { signal }) => fillReadings(parts, tenant, signal),
    });
    const firstUse = openFirstUse(parts, subscriptions, fill);
    await onceAnswered(() => subscriptions.subscribeAll());
    given.jobs.define({
      name: 'lighting.nights',
      title: { fr: 'Bilan des nuits de l’éclairage', en: 'Sums of the nights of lighting' },
      schedule: { cron: '17 * * * *' },
      oneAtATime: true,
      async run() {
        // For a crash between the first use and its job.
        for (const tenant of await tenantsToFill(given.db)) await fill.enqueue({ tenant }, { key: tenant });
        return closeNights(parts);
      },
    });
    const advance = given.jobs.define<PlanJob>({
      name: 'lighting.advance-plan',
      title: { fr: 'Déploiement d’une stratégie d’éclairage', en: 'Roll-out of a lighting strategy' },
      async run({ tenant, plan }, { id, signal }) {
        const isOurs = async () => !signal.aborted && (await leasePlan(given.db, tenant, plan, id));
        while ((await isOurs()) && (await advancePlan(parts, tenant, plan))) await sleep(PLAN_EVERY_MS);
      },
    });
    // Plans that a crash interrupted continue with the next run.
    given.jobs.define({
      name: 'lighting.look-after-plans',
      title: { fr: 'Reprise des déploiements d’éclairage', en: 'Resuming of lighting roll-outs' },
      schedule: { cron: '*/5 * * * *' },
      async run() {
        await forgetCounts(given.db);
        for (const { tenant, id } of await openPlans(given.db))
          await advance.enqueue({ tenant, plan: id }, { key: id });
      },
    });
    const end = given.jobs.define<OverrideJob>({
      name: 'lighting.end-override',
      title: { fr: 'Fin d’un niveau forcé', en: 'End of a level set by hand' },
      run: (override) => endOverride(parts, override),
    });
    const send: Job<GroupJob> = given.jobs.define<GroupJob>({
      name: 'lighting.send-override',
      title: { fr: 'Envoi d’un niveau forcé, groupe par groupe', en: 'Sending of a level set by hand, group by group' },
      run: (override) => sendNextGroup(parts, override, send),
    });
    const begin = exceptionJob(parts, { send, end });
    given.commands.guard((asked) => checkCommands(parts, asked));
    await serviceRoutes(given.app, '/lighting', (scope) => {
      beginWithRequests(scope, firstUse, parts);
      readParkFiles(scope);
      serve(scope, simulationContract, simulationHandlers(parts));
      serve(scope, strategyContract, strategyHandlers(parts));
      serve(scope, zoneContract, { ...zoneHandlers(parts), ...assignmentHandlers(parts) });
      serve(scope, measureContract, measureHandlers(parts));
      serve(scope, supervisionContract, { ...supervisionHandlers(parts), ...reportHandlers(parts) });
      serve(scope, parkContract, parkHandlers(parts));
      serve(scope, planContract, planHandlers(parts, advance));
      serve(scope, overrideContract, overrideHandlers(parts, { send, end }));
    });
    // Separate, because a notification does not count as a use.
    await serviceRoutes(given.app, '/lighting', (scope) => {
      notificationRoutes(scope, parts, subscriptions);
    });
    await serviceRoutes(given.app, '/public/lighting', (scope) => {
      serve(scope, publicLightingContract, publicHandlers(parts));
    });
    return { ports: { lightExceptions: lightExceptionPort(parts, begin) }, parts: { ...parts, firstUse } };
  },
});

function exceptionJob(parts: LightingParts, jobs: OverrideJobs): Job<ExceptionJob> {
  return parts.jobs.define<ExceptionJob>({
    name: 'lighting.begin-exception',
    title: { fr: 'Début d’une nuit d’exception de l’éclairage', en: 'Beginning of an exception night of lighting' },
    retries: 8,
    run: (exception) => beginException(parts, jobs, exception),
  });
}
