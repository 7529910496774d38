import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { quietestRun } from '../../kit/test/support/busiest-turn.ts';
import { lighting } from '../src/service.ts';

const CONTEXT = 'http://localhost:1026/contexts/territory/v1.jsonld';
const LAMPS = 6000;
const AT_ONCE = 1000;
const BLOCK_MS = 50;
const AREA = {
  type: 'Polygon',
  coordinates: [
    [
      [5.8, 49.3],
      [6.2, 49.3],
      [6.2, 49.6],
      [5.8, 49.6],
      [5.8, 49.3],
    ],
  ],
};

test(`a zone drawn around ${LAMPS} lamps leaves the event loop free`, async (t) => {
  const db = await newDatabase();
  const host = await startServiceHost(t, db, [lighting]);
  t.after(() => db.close()); // after the host
  for (let from = 0; from < LAMPS; from += AT_ONCE) {
    const lamps = Array.from({ length: AT_ONCE }, (_, n) => ({
      id: `urn:ngsi-ld:Streetlight:${from + n}`,
      type: 'Streetlight',
      scope: '/Villerupt',
      name: { type: 'Property', value: `Lampadaire ${from + n}` },
      address: { type: 'Property', value: { streetAddress: `Rue ${n % 300}` } },
      powerRating: { type: 'Property', value: 20 + (n % 60) },
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9 + n / 1e5, 49.4 + from / 1e6] } },
    }));
    const { errors = [] } = await host.broker.client.batchUpsert(lamps, { context: CONTEXT });
    assert.deepEqual(errors, []);
  }
  let drawn = 0;
  const { result, busiestMs } = await quietestRun(BLOCK_MS, () =>
    host.ask('POST', '/lighting/zones', { name: `Zone ${++drawn}`, area: AREA }),
  );
  assert.deepEqual([result.status, result.body.lamps], [201, LAMPS]);
  t.diagnostic(`the longest turn took ${Math.round(busiestMs)} ms`);
  assert.ok(busiestMs < BLOCK_MS, `a turn of ${busiestMs} ms`);
});
