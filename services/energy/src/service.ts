import { serviceRoutes } from '@alzette/kit/routes';
import { defineService } from '@alzette/kit/service';
import { buildingRoutes, settingRoutes } from './desk/building-routes.ts';
import { lookAtMeters } from './meters/meter-jobs.ts';
import { readStates } from './meters/meter-rows.ts';
import type { EnergyParts } from './parts.ts';

const FIRST_LOOK_MS = 70_000;
const LOOK_EVERY_MS = 60_000;
const MAX_RUNS = 20;
/** Days of history after which a demo meter is complete. */
const COMPLETE_AFTER_DAYS = 300;

/** Energy and water of public buildings: meters, leaks, heating by degree days, budgets. */
export const energy = defineService({
  name: 'energy',
  migrations: new URL('../migrations/', import.meta.url),
  async start({ app, db, client, clientOf, context, territory, logger, jobs }) {
    const parts: EnergyParts = { db, client, clientOf, context, territory, logger };
    const looking = jobs.define({
      name: 'energy.meters',
      title: { fr: 'Compteurs des bâtiments : jours, nuits, fuites', en: 'Meters of buildings: days, nights, leaks' },
      schedule: { cron: '41 * * * *' },
      oneAtATime: true,
      run: async () => ({ meters: await lookAtMeters(parts) }),
    });
    await serviceRoutes(app, '/energy', (scope) => {
      buildingRoutes(scope, parts);
      settingRoutes(scope, parts);
    });
    return {
      /** The history of the demo's meters is imported in the background; they are analysed while it arrives. */
      async demo() {
        let looks = 0;
        let isOver = false;
        const look = async () => {
          const states = [...(await readStates(db, '')).values()];
          if (states.length > 0 && states.every(({ days }) => days.length > COMPLETE_AFTER_DAYS)) return;
          looks += 1;
          await looking.enqueue({});
          if (looks < MAX_RUNS && !isOver) next(LOOK_EVERY_MS);
        };
        let timer: NodeJS.Timeout;
        const next = (ms: number) => {
          timer = setTimeout(() => {
            look().catch((err: unknown) => logger.warn({ err }, 'could not analyse the meters'));
          }, ms);
        };
        next(FIRST_LOOK_MS);
        return async () => {
          isOver = true;
          clearTimeout(timer);
        };
      },
      async stop() {},
    };
  },
});
