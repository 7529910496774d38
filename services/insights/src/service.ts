import type { AiUses } from '@alzette/kit/ai-uses';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import { insightsContract } from './contract/contract.ts';
import { defineJobs, type JobParts, ownUses } from './insight-jobs.ts';
import { makeRegister } from './register/register.ts';
import { feedbackHandlers, registerHandlers } from './register/register-routes.ts';
import { type ReadPastReports, suggestionPort } from './suggestions/suggest.ts';

export type { SuggestionPort, Suggestions } from './suggestions/suggest.ts';

interface InsightOptions {
  /** Reads the reports to learn from; absent: there are no suggestions. */
  readonly pastReports?: ReadPastReports;
}

/**
 * The register of AI uses, in which services declare theirs, and this service's own uses: forecasts, anomaly scores,
 * suggestions for reports. All are off until an administrator turns them on.
 */
export function insightService({ pastReports = async () => [] }: InsightOptions = {}) {
  return defineService({
    name: 'insights',
    migrations: new URL('../migrations/', import.meta.url),
    async start(given) {
      const { app, db, jobs } = given;
      const register = makeRegister(db);
      const parts: JobParts = { ...given, register, pastReports };
      const own = defineJobs(jobs, parts);
      for (const use of ownUses(parts, own)) register.declare(use);
      await serviceRoutes(app, '/insights', (scope) => {
        const handlers = registerHandlers(parts, { switched: () => own.keepForgetting() });
        serve(scope, insightsContract, { ...handlers, ...feedbackHandlers(parts) });
      });
      const uses: AiUses = register;
      return { ports: { uses, suggestions: suggestionPort(register, db) }, parts: { ...parts, insightJobs: own } };
    },
  });
}
