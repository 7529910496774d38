import { defineService } from '@alzette/kit/service';
import type { PushPort } from '../../../../services/waste/src/ports.ts';
import { waste as wasteService } from '../../../../services/waste/src/service.ts';
import { generatedLevels } from '../../../../services/waste/test/support/generated-levels.ts';
import type { KillCase } from '../kill-every-statement.ts';
import { rowsOf } from '../rows-of.ts';

const DAYS = 30;
const DAY_MS = 86_400_000;
const TODAY = Math.floor(Date.now() / DAY_MS);
const CONTAINERS = 2;
const EVERY_DAY = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const REMIND_ALL_DAY = `INSERT INTO waste.settings (tenant, document) VALUES ($1, '{"remindAt": "00:00"}')`;

const reminders = new Map<string, Set<string>>();
const push: PushPort = {
  // As the port of publishing: each key once.
  async send(tenant, { key }) {
    reminders.set(tenant, (reminders.get(tenant) ?? new Set()).add(key));
  },
};
const waste = defineService({ ...wasteService, start: (given) => wasteService.start({ ...given, push }) });

/** The forecasts of containers, and reminders of collections. */
export const containers: KillCase = {
  name: 'containers and reminders of collections',
  services: [],
  starts: [waste],
  covers: ['waste.forecast', 'waste.remind'],
  async open({ given, db, jobs }) {
    const { client, context } = given;
    return {
      async prepare(tenant) {
        const entities = Array.from({ length: CONTAINERS }, (_, n) => ({
          id: `urn:ngsi-ld:WasteContainer:${n}`,
          type: 'WasteContainer',
          scope: '/Thil',
          storedWasteKind: { type: 'Property', value: 'glass' },
        }));
        const schedule = {
          id: 'urn:ngsi-ld:WasteCollectionSchedule:1',
          type: 'WasteCollectionSchedule',
          scope: '/Thil',
          areaServed: { type: 'Property', value: 'Thil centre' },
          storedWasteKind: { type: 'Property', value: 'household' },
          schedule: { type: 'Property', value: { repeatFrequency: 'P1W', byDay: EVERY_DAY } },
          extraDate: { type: 'Property', value: [1, 2].map(dayAfter) },
        };
        await client.batchCreate([...entities, schedule], { tenant, context });
        for (const [n, { id, type }] of entities.entries()) {
          const { levels } = generatedLevels(n + 1, TODAY - DAYS, DAYS);
          const fillingLevel = levels.map(([value, at]) => ({
            ...{ type: 'Property', value, observedAt: new Date(at).toISOString() },
          }));
          await client.upsertTemporal({ id, type, fillingLevel }, { tenant, context });
        }
        await db.query({ text: REMIND_ALL_DAY, values: [tenant] });
      },
      async work() {
        await jobs.run('waste.forecast');
        await jobs.run('waste.remind');
      },
      async endState(tenant) {
        return { ...(await rowsOf(db, 'waste', tenant)), reminders: [...(reminders.get(tenant) ?? [])] };
      },
    };
  },
};

function dayAfter(days: number): string {
  return new Date((TODAY + days) * DAY_MS).toISOString().slice(0, 10);
}
