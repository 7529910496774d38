import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { type ServiceHost, startServiceHost } from '../../../platform/test/support/service-host.ts';
import { quietestRun } from '../../kit/test/support/busiest-turn.ts';
import { openData } from '../src/service.ts';
import { CONTEXT, LAMP_DATASET, PUBLIC_URL, publish } from './support/open-data-host.ts';

const LAMPS = 6000;
const AT_ONCE = 1000;
const BLOCK_MS = 50;
const DATASET = {
  ...LAMP_DATASET,
  columns: [
    ...LAMP_DATASET.columns,
    { name: 'debut', attribute: 'dateLastLampChange', kind: 'time', title: { fr: 'Début' } },
  ],
};

describe(`while files of ${LAMPS} published rows are written, the event loop is free:`, () => {
  const ending: (() => unknown)[] = [];
  let host: ServiceHost;

  before(async () => {
    const db = await newDatabase();
    const t = { after: (work: () => unknown) => void ending.push(work) };
    host = await startServiceHost(t, db, [openData], { jobs: true, settings: { PUBLIC_URL } });
    ending.push(() => db.close());
    for (let from = 0; from < LAMPS; from += AT_ONCE) {
      const lamps = Array.from({ length: AT_ONCE }, (_, n) => ({
        id: `urn:ngsi-ld:Streetlight:${from + n}`,
        type: 'Streetlight',
        scope: '/Villerupt',
        name: { type: 'Property', value: `Lampadaire ${from + n}` },
        powerRating: { type: 'Property', value: 20 + (n % 60) },
        address: { type: 'Property', value: { streetAddress: `Rue ${n % 300}` } },
        dateLastLampChange: { type: 'Property', value: new Date(1_700_000_000_000 + n * 60_000).toISOString() },
        location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9 + n / 1e5, 49.4 + from / 1e6] } },
      }));
      const { errors = [] } = await host.broker.client.batchUpsert(lamps, { context: CONTEXT });
      assert.deepEqual(errors, []);
    }
    await publish(host, 'lamps', DATASET);
  });
  after(async () => {
    for (const end of ending) await end();
  });

  for (const format of ['csv', 'geojson', 'xlsx', 'parquet', 'ics']) {
    test(format, async (t) => {
      const read = () => host.app.inject({ url: `/data/files/lamps/latest.${format}` });
      const { result, busiestMs } = await quietestRun(BLOCK_MS, read);
      assert.equal(result.statusCode, 200, result.body);
      assert.ok(result.rawPayload.length > 30_000, String(result.rawPayload.length));
      t.diagnostic(`${result.rawPayload.length} bytes, the longest turn took ${Math.round(busiestMs)} ms`);
      assert.ok(busiestMs < BLOCK_MS, `a turn of ${busiestMs} ms`);
    });
  }
});
