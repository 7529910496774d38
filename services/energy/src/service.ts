import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import { energyContract } from './contract/contract.ts';
import { lookAtMeters } from './meters/meter-jobs.ts';
import { buildingHandlers, settingHandlers } from './operator/building-routes.ts';

/** Energy and water of public buildings: meters, leaks, heating by degree days, budgets. */
export const energy = defineService({
  name: 'energy',
  migrations: new URL('../migrations/', import.meta.url),
  async start(parts) {
    const { app, db, jobs } = parts;
    const looking = jobs.define({
      name: 'energy.meters',
      title: { fr: 'Compteurs des bâtiments : jours, nuits, fuites', en: 'Meters of buildings: days, nights, leaks' },
      schedule: { cron: '41 * * * *' },
      oneAtATime: true,
      run: async () => ({ meters: await lookAtMeters(parts) }),
    });
    await serviceRoutes(app, '/energy', (scope) => {
      serve(scope, energyContract, { ...buildingHandlers(parts), ...settingHandlers(parts) });
    });
    return { parts: { db, looking } };
  },
});
