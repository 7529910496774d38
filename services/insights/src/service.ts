import type { AiUses } from '@alzette/kit/ai-uses';
import { serviceRoutes } from '@alzette/kit/routes';
import { defineService, type ServiceDefinition } from '@alzette/kit/service';
import type { InsightParts } from './parts.ts';
import { makeRegister } from './register/register.ts';
import { registerRoutes } from './register/register-routes.ts';

/**
 * The register of AI uses, which other services share, and the uses of this service's own. All are off until an
 * administrator turns them on.
 */
export function insightService(): { readonly uses: AiUses; readonly definition: ServiceDefinition } {
  const register = makeRegister();
  const definition = defineService({
    name: 'insights',
    migrations: new URL('../migrations/', import.meta.url),
    async start({ app, db, client, clientOf, callerOf, context, territory, audit, logger }) {
      register.open(db);
      const parts: InsightParts = { db, client, clientOf, callerOf, context, territory, audit, register, logger };
      await serviceRoutes(app, '/insights', (scope) => registerRoutes(scope, parts));
      return { async stop() {} };
    },
  });
  return { uses: register, definition };
}
