import type { AiUses } from '@alzette/kit/ai-uses';
import type { Database } from '@alzette/kit/database';
import { serviceRoutes } from '@alzette/kit/routes';
import { defineService, type ServiceDefinition } from '@alzette/kit/service';
import { defineJobs, type JobParts, ownUses } from './insight-jobs.ts';
import { makeRegister } from './register/register.ts';
import { feedbackRoutes, registerRoutes } from './register/register-routes.ts';
import { type ReadPastReports, type SuggestionPort, suggestionPort } from './suggestions/suggest.ts';

export type { SuggestionPort, Suggestions } from './suggestions/suggest.ts';

interface InsightOptions {
  /** Reads the reports to learn from; absent: there are no suggestions. */
  readonly pastReports?: ReadPastReports;
}

/** The parts for other services. */
interface Insights {
  /** The register of AI uses, in which services declare theirs. */
  readonly uses: AiUses;
  /** Suggestions for citizen reports. */
  readonly suggestions: SuggestionPort;
  readonly definition: ServiceDefinition;
}

/**
 * The register of AI uses, shared with other services, and this service's own uses: forecasts, anomaly scores,
 * suggestions for reports. All are off until an administrator turns them on.
 */
export function insightService({ pastReports = async () => [] }: InsightOptions = {}): Insights {
  const register = makeRegister();
  let database: Database | undefined;
  const suggestions = suggestionPort(register, () => {
    if (database === undefined) throw new Error('The service of insights has not started');
    return database;
  });
  const definition = defineService({
    name: 'insights',
    migrations: new URL('../migrations/', import.meta.url),
    async start({ app, db, client, clientOf, callerOf, context, territory, compute, audit, logger, jobs }) {
      database = db;
      register.open(db);
      const given = { db, client, clientOf, callerOf, context, territory, compute, audit, register, logger };
      const parts: JobParts = { ...given, pastReports };
      const own = defineJobs(jobs, parts);
      for (const use of ownUses(parts, own)) register.declare(use);
      await serviceRoutes(app, '/insights', (scope) => {
        registerRoutes(scope, parts, { switched: () => own.keepForgetting() });
        feedbackRoutes(scope, parts);
      });
      return { parts: { ...parts, jobs: own } };
    },
  });
  return { uses: register, suggestions, definition };
}
