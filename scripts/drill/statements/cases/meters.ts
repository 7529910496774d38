import { energy } from '../../../../services/energy/src/service.ts';
import { FIRST, waterMeter } from '../../../../services/energy/test/support/generated-meters.ts';
import type { KillCase } from '../kill-every-statement.ts';
import { rowsOf } from '../rows-of.ts';

const METERS = 2;
const DAYS = 40;
const DAY_MS = 86_400_000;
/** The jobs look at tenants with settings. */
const KNOWN = `INSERT INTO energy.settings (tenant, document) VALUES ($1, '{}')`;
const FROM = Date.now() - DAYS * DAY_MS;
const idOf = (n: number) => `urn:ngsi-ld:SmartMeteringObservation:${n}`;

/** The counter of a meter, one reading every six hours up to now. */
function readingsOf(seed: number) {
  const { hours } = waterMeter(seed, false);
  let counter = 0;
  return hours
    .filter(({ day }) => day < FIRST + DAYS)
    .flatMap(({ used }, n) => {
      counter += used;
      if (n % 6 !== 0) return [];
      return [{ type: 'Property', value: counter, observedAt: new Date(FROM + n * 3_600_000).toISOString() }];
    });
}

/** The days, nights and faults of meters. */
export const meters: KillCase = {
  name: 'meters of buildings',
  services: [],
  starts: [energy],
  covers: ['energy.meters'],
  async open({ given, db, jobs }) {
    const { client, context } = given;
    return {
      async prepare(tenant) {
        const entities = Array.from({ length: METERS }, (_, n) => ({
          id: idOf(n),
          type: 'SmartMeteringObservation',
          scope: '/Thil',
          meterType: { type: 'Property', value: 'water' },
        }));
        await client.batchCreate(entities, { tenant, context });
        for (const [n, { id, type }] of entities.entries())
          await client.upsertTemporal({ id, type, totalConsumption: readingsOf(n + 1) }, { tenant, context });
        await db.query({ text: KNOWN, values: [tenant] });
      },
      work: () => jobs.run('energy.meters'),
      async endState(tenant) {
        const read = async (type: string) =>
          (await client.queryEntities({ type, tenant, context, format: 'simplified' })).entities.map(
            ({ dateObserved: _, ...entity }) => entity,
          );
        return { ...(await rowsOf(db, 'energy', tenant)), leaks: await read('WaterConsumptionObserved') };
      },
    };
  },
};
