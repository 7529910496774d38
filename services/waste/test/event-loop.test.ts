import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { type ServiceHost, startServiceHost } from '../../../platform/test/support/service-host.ts';
import { quietestRun } from '../../kit/test/support/busiest-turn.ts';
import { waste } from '../src/service.ts';

const CONTEXT = 'http://localhost:1026/contexts/territory/v1.jsonld';
const COUNT = 400;
const DAY = 86_400_000;
const BLOCK_MS = 50;
const EVERY_DAY = { by: 'fixed', days: 1 };

describe('while the waste service computes, the event loop is free:', () => {
  const ending: (() => unknown)[] = [];
  let host: ServiceHost;

  before(async () => {
    const db = await newDatabase();
    const t = { after: (work: () => unknown) => void ending.push(work) };
    host = await startServiceHost(t, db, [waste], { ports: { push: { send: async () => {} } } });
    ending.push(() => db.close());
    const containers = Array.from({ length: COUNT }, (_, i) => ({
      id: `urn:ngsi-ld:WasteContainer:c${i}`,
      type: 'WasteContainer',
      scope: '/Villerupt',
      location: {
        type: 'GeoProperty',
        value: { type: 'Point', coordinates: [5.8 + (i % 20) * 0.01, 49.4 + Math.floor(i / 20) * 0.005] },
      },
      storedWasteKind: { type: 'Property', value: ['glass'] },
      fillingLevel: { type: 'Property', value: 0.8 },
    }));
    await host.broker.client.batchUpsert(containers, { context: CONTEXT });
    for (const { id } of containers.slice(0, 50)) {
      const fillingLevel = Array.from({ length: 500 }, (_, i) => ({
        type: 'Property',
        value: (i % 40) / 40,
        observedAt: new Date(Date.now() - 80 * DAY + i * 3_600_000).toISOString(),
      }));
      await host.broker.client.upsertTemporal({ id, type: 'WasteContainer', fillingLevel }, { context: CONTEXT });
    }
  });
  after(async () => {
    for (const end of ending) await end();
  });

  /** @param first a small request that compiles code and fills caches */
  const isFree = async (url: string, body: object, first = body) => {
    await host.ask('POST', url, first);
    const { result, busiestMs } = await quietestRun(BLOCK_MS, () => host.ask('POST', url, body));
    assert.ok(result.status < 300, JSON.stringify(result.body));
    assert.ok(busiestMs < BLOCK_MS, `a turn of ${busiestMs} ms`);
    return result.body;
  };

  test('four policies simulated over 400 containers', async () => {
    const policies = [EVERY_DAY, EVERY_DAY, EVERY_DAY, EVERY_DAY];
    const small = { days: 7, policies: [EVERY_DAY] };
    const { containers, outcomes } = await isFree('/waste/simulations', { days: 14, policies }, small);
    assert.equal(containers, COUNT);
    assert.equal(outcomes.length, 4);
    // On each day but Sundays.
    assert.ok(outcomes[0].collections >= 12 * COUNT, String(outcomes[0].collections));
  });

  test('rounds planned past 400 containers', async () => {
    const { sum, left } = await isFree('/waste/rounds', { by: 'all' });
    assert.equal(sum.stops + left.length, COUNT);
  });
});
