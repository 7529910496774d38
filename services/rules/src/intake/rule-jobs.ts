import type { Database } from '@alzette/kit/database';
import type { Jobs } from '@alzette/kit/jobs';
import { RuleSet, type TerritoryFacts } from '../engine/rule-set.ts';
import type { Subscriptions, TenantRules } from '../engine/subscriptions-port.ts';
import { forgetAlarms } from '../store/alarm-rows.ts';
import { reachableRules, tellRulesChanged } from '../store/rule-rows.ts';

const DAY_MS = 24 * 3_600_000;

interface RuleJobsParts {
  readonly db: Database;
  readonly jobs: Jobs;
  territoryOf(tenant: string): TerritoryFacts;
  readonly subscriptions: Subscriptions;
  /** How long ended alarms can be explained, in days. */
  readonly retentionDays: number;
}

/** The daily jobs of rules. */
export function defineRuleJobs({ db, jobs, territoryOf, subscriptions, retentionDays }: RuleJobsParts): void {
  jobs.define({
    name: 'rules.read-again',
    title: { fr: 'Relire les entités suivies par les règles', en: 'Read the entities that rules follow again' },
    schedule: { cron: '20 3 * * *' },
    async run() {
      const tenants = Map.groupBy(await reachableRules(db), ({ tenant }) => tenant);
      const rules: TenantRules = new Map(
        [...tenants].map(([tenant, stored]) => [tenant, { rules: new RuleSet(stored, territoryOf(tenant).place) }]),
      );
      await subscriptions.readAll(rules);
    },
  });
  jobs.define({
    name: 'rules.forget-alarms',
    title: { fr: 'Oublier les preuves des alarmes anciennes', en: 'Forget the evidence of old alarms' },
    schedule: { cron: '40 3 * * *' },
    async run() {
      const forgotten = await forgetAlarms(db, Date.now() - retentionDays * DAY_MS);
      // The leader reads its alarms again, so that it removes deleted ones from memory.
      await tellRulesChanged(db);
      return { forgotten };
    },
  });
}
