import { actor } from '@alzette/kit/access';
import { forEveryone } from '@alzette/kit/objects';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance } from 'fastify';
import type { PublishingParts } from '../parts.ts';
import { MODULES, readAppSettings, readGivenSettings, saveAppSettings } from './settings.ts';

/** `/publishing/settings`: the modules and languages of the citizens' app. */
export function settingsRoutes(scope: FastifyInstance, { db, audit }: PublishingParts, given: ServiceContext): void {
  scope.get(
    '/settings',
    operation({
      access: 'read',
      objects: forEveryone('The app shows them to everybody'),
      summary: 'The modules and languages of the citizens’ app',
    }),
    async (request) => ({ ...(await readAppSettings(db, request.tenant)), known: MODULES }),
  );
  scope.put(
    '/settings',
    operation({
      access: 'administer',
      audited: { values: 'route' },
      summary: 'Turns modules and languages of the citizens’ app on and off',
      body: readGivenSettings.schema,
    }),
    async (request, reply) => {
      const caller = given.callerOf(request);
      const { tenant } = caller;
      const settings = readGivenSettings(request.body);
      await saveAppSettings(db, tenant, settings);
      await audit.append({
        actor: actor(caller),
        action: 'publishing.settings',
        object: 'app',
        tenant,
        outcome: 'done',
        details: settings,
      });
      return reply.code(204).send();
    },
  );
}
