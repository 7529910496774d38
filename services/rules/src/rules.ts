import { holidaysOfDepartment } from '@alzette/kit/calendar';
import { metric } from '@alzette/kit/metrics';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext, type TerritoryInfo } from '@alzette/kit/service';
import type { AlarmPort } from './alarm-register/alarm-port.ts';
import { maintenanceContract, ruleContract } from './contract/contract.ts';
import { startEngine } from './engine/engine.ts';
import type { TerritoryFacts } from './engine/rule-set.ts';
import { openNotifySecret } from './intake/notify-secret.ts';
import { defineRuleJobs } from './intake/rule-jobs.ts';
import { createSubscriptions } from './intake/subscriptions.ts';
import { explainHandlers } from './routes/explain-routes.ts';
import { maintenanceHandlers } from './routes/maintenance-routes.ts';
import { notifyHandler } from './routes/notify-route.ts';
import { ruleHandlers } from './routes/rule-routes.ts';
import { inboxLag } from './store/inbox-rows.ts';

export type * from './alarm-register/alarm-port.ts';
export type * from './contract/rule.ts';

/** Alarms can be explained for two years. */
const RETENTION_DAYS = 731;

/** Rules on entities, which raise and clear alarms. */
export const rules = defineService({
  name: 'rules',
  migrations: new URL('../migrations/', import.meta.url),
  needs: ['alarms'],
  start,
});

/** @param context its `alarms` stores the alarms that rules raise */
async function start(context: ServiceContext & { readonly alarms: AlarmPort }) {
  const { alarms, app, db, client, logger, publicUrl, secrets, metrics } = context;
  const territoryOf = (tenant: string) => territoryFacts(context.territories.of(tenant));
  const secret = await openNotifySecret(db, secrets);
  const subscriptions = createSubscriptions({
    db,
    client,
    context: context.context,
    notifyUrl: `${publicUrl}/rules/notify`,
    secret: secret.secret,
    whenDelivered: context.whenDelivered,
    logger,
  });
  defineRuleJobs({ db, jobs: context.jobs, territoryOf, subscriptions, retentionDays: RETENTION_DAYS });
  await serviceRoutes(app, '/rules', (scope) => {
    serve(scope, ruleContract, {
      ...ruleHandlers(context),
      ...explainHandlers(context, territoryOf),
      ...notifyHandler(context, secret),
    });
    serve(scope, maintenanceContract, maintenanceHandlers(context));
  });
  const engine = await startEngine({
    db,
    client,
    clientAs: (author) => context.clientAs(author),
    context: context.context,
    territoryOf,
    onTerritoryChange: (changed) => context.territories.onChange(changed),
    alarms,
    subscriptions,
    logger,
  });
  metrics.add(async () => {
    const { waiting, oldestMs } = await inboxLag(db, Date.now());
    const { isLeader, entities, changes } = engine.counts();
    return [
      metric('alzette_rules_inbox', 'gauge', 'Changes that no rule has evaluated yet', waiting),
      metric(
        'alzette_rules_lag_seconds',
        'gauge',
        'Age of the oldest change that no rule has evaluated yet',
        oldestMs / 1000,
      ),
      metric('alzette_rules_leader', 'gauge', 'Whether this process follows the rules', isLeader ? 1 : 0),
      metric('alzette_rules_entities_total', 'counter', 'Entities whose rules were evaluated', entities),
      metric('alzette_rules_acts_total', 'counter', 'Acts on alarms and attributes', changes),
    ].join('');
  });
  return {
    parts: { db },
    async stop() {
      await subscriptions.stop();
      await engine.stop();
    },
  };
}

function territoryFacts({ timeZone, communes, bbox: [west, south, east, north] }: TerritoryInfo): TerritoryFacts {
  return {
    place: { timeZone, position: [(west + east) / 2, (south + north) / 2] },
    holidaysOf(scopes) {
      const commune = communes.find(({ scope }) =>
        scopes.some((each) => each === scope || each.startsWith(`${scope}/`)),
      );
      return holidaysOfDepartment(commune?.department);
    },
  };
}
