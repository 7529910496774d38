import { actor } from '@alzette/kit/access';
import { forEveryone } from '@alzette/kit/objects';
import type { Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import { type AppSettingsContract, MODULES } from '../contract/app.ts';
import type { PublishingParts } from '../parts.ts';
import { readAppSettings, saveAppSettings } from './settings.ts';

/** `/publishing/settings`: the modules and languages of the citizens' app. */
export function settingsHandlers({ db, audit }: PublishingParts, given: ServiceContext): Handlers<AppSettingsContract> {
  return {
    settings: {
      objects: forEveryone('The app shows them to everybody'),
      handle: async ({ tenant }) => ({ ...(await readAppSettings(db, tenant)), known: MODULES }),
    },
    async change(request) {
      const caller = given.callerOf(request);
      const { tenant } = caller;
      await saveAppSettings(db, tenant, request.body);
      await audit.append({
        actor: actor(caller),
        action: 'publishing.settings',
        object: 'app',
        tenant,
        outcome: 'done',
        details: request.body,
      });
    },
  };
}
