import { closeNights } from '../../../../services/lighting/src/measure/night-jobs.ts';
import { keepReadings } from '../../../../services/lighting/src/measure/reading-rows.ts';
import { keepTenant, markFilled } from '../../../../services/lighting/src/measure/tenant-rows.ts';
import type { LightingParts } from '../../../../services/lighting/src/parts.ts';
import { assign } from '../../../../services/lighting/src/strategies/assignments.ts';
import { keepStrategy } from '../../../../services/lighting/src/strategies/strategy-rows.ts';
import type { KillCase } from '../kill-every-statement.ts';

const LAMPS = 3;
const POWER = 60;
const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;
const dayBefore = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
/** Recent nights, because older readings are deleted. */
const NIGHTS = [5, 4, 3].map(dayBefore);
/** An afternoon: the night before is over and is summed for the last time. */
const NOW = Date.parse(`${dayBefore(2)}T14:00:00Z`);

const STRATEGY = { name: 'Half', programme: { level: 1, slots: [{ from: '21:00', to: '05:30', level: 0.5 }] } };
const NIGHTS_OF_LAMPS = `
  SELECT night::text AS night, lamp, measured, covered FROM lighting.lamp_night WHERE tenant = $1 ORDER BY night, lamp`;
const NIGHTS_OF_ZONES = `
  SELECT night::text AS night, kind, zone, lamps, measured_lamps, measured FROM lighting.zone_night WHERE tenant = $1
  ORDER BY night, kind, zone`;
const DUE = 'SELECT night::text AS night FROM lighting.night_due WHERE tenant = $1 ORDER BY night';

const idOf = (n: number) => `urn:ngsi-ld:Streetlight:${n}`;

export const nights: KillCase = {
  name: 'nights of lighting',
  services: ['lighting'],
  covers: ['lighting.nights'],
  async open({ given, db }) {
    const { client, territories, context } = given;
    const parts: LightingParts = {
      ...given,
      siteOf: (tenant) => ({ longitude: 5.97, latitude: 49.434, timeZone: territories.of(tenant).timeZone }),
    };
    return {
      async prepare(tenant) {
        const lamps = Array.from({ length: LAMPS }, (_, n) => ({
          id: idOf(n),
          type: 'Streetlight',
          scope: '/Thil',
          location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.91, 49.47] } },
          powerRating: { type: 'Property', value: POWER },
        }));
        await client.batchCreate(lamps, { tenant, context });
        await keepStrategy(db, tenant, { id: 'half', document: STRATEGY, author: 'the drill', version: 1 });
        await assign(db, tenant, { kind: 'commune', zone: 'Thil', from: '2026-01-01', strategy: 'half', version: 1 });
        await keepTenant(db, tenant, new Date(NIGHTS[0] as string));
        await markFilled(db, tenant);
        const times = NIGHTS.flatMap((night) =>
          Array.from({ length: 96 }, (_, n) => Date.parse(`${night}T11:00:00Z`) + n * QUARTER_MS),
        );
        const readings = times.flatMap((at) =>
          lamps.map(({ id: lamp }, n) => ({ lamp, at: new Date(at).toISOString(), power: POWER - n })),
        );
        await keepReadings(db, tenant, readings, territories.of('').timeZone);
      },
      work: () => closeNights(parts, NOW),
      async endState(tenant) {
        const rows = async (text: string) => (await db.query({ text, values: [tenant] })).rows;
        const groups = await client.queryEntities({ type: 'StreetlightGroup', tenant, context });
        return {
          lamps: await rows(NIGHTS_OF_LAMPS),
          zones: await rows(NIGHTS_OF_ZONES),
          due: await rows(DUE),
          groups: groups.entities.map(({ id, activeProgramId, refStreetlight }) => ({
            id,
            activeProgramId,
            refStreetlight,
          })),
        };
      },
    };
  },
};
