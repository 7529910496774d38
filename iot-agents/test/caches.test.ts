import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { testDatabases } from '@alzette/broker/test-support';
import { type CacheUse, cacheUses } from '@alzette/kit/caches';
import { SANDBOX_LIMITS } from '../src/codecs/codec.ts';
import { createCodecPool } from '../src/codecs/codec-pool.ts';
import { createWorkerLane } from '../src/codecs/worker-lane.ts';
import { createReceptions } from '../src/liveness/receptions.ts';
import { fiwareServices } from './support/fiware-service.ts';

const NOTHING: CacheUse = { entries: 0, bytes: 0, mostBytes: 0 };
const use = (cache: string) => cacheUses('others')[cache] ?? NOTHING;

/** Looks, after each entry, whether one was evicted for it. Other tests of this process have caches of the same name. */
function evictions(cache: string): { look(): void; assertAny(): void } {
  let last = 0;
  let any = false;
  return {
    look() {
      const { entries, bytes, mostBytes } = use(cache);
      assert.ok(bytes <= mostBytes && entries > 0, `${entries} entries, ${bytes} bytes`);
      any ||= entries <= last;
      last = entries;
    },
    assertAny: () => assert.ok(any, `nothing was evicted from ${cache}`),
  };
}

const CODEC = 'function decodeUplink(i){return {data:{n:i.bytes.length}}}';
const codec = (n: number) => `${CODEC}/*${'x'.repeat(200_000)}${n}*/`;

describe('A cache of the agents that messages can fill', () => {
  test('has a limit in bytes: the last reports of devices', () => {
    const receptions = createReceptions(100_000);
    const before = use('receptions').bytes;
    for (let n = 0; n < 1000; n++) {
      const frame = { kind: 'data', time: '2026-01-01T00:00:00Z' };
      receptions.take([{ frame, device: { devEui: `${n}` } }] as never);
    }
    const kept = use('receptions').bytes - before;
    assert.ok(kept > 0 && kept <= 100_000, `${kept} bytes`);
  });

  test('has a limit in bytes: codecs, of which every trial may add another', { timeout: 120_000 }, async (t) => {
    const evicted = evictions('codecs');
    const pool = createCodecPool();
    t.after(() => pool.close());
    for (let n = 0; n < 60; n++) {
      const [outcome] = await pool.decode(codec(n), [
        { bytes: Uint8Array.of(1, 2), fPort: 1, recvTime: '2026-01-01T00:00:00Z' },
      ]);
      assert.deepEqual(outcome && 'data' in outcome && outcome.data, { n: 2 });
      evicted.look();
    }
    evicted.assertAny();
  });

  test('a thread deletes sources when they are many, and receives them again', { timeout: 120_000 }, async (t) => {
    const lane = createWorkerLane(SANDBOX_LIMITS, 1_000);
    t.after(() => lane.close());
    for (const n of [...Array(30).keys(), 0, 29, 0]) {
      const { outcomes } = await lane.run(`${n}`, codec(n), [
        '{"bytes":[1,2],"fPort":7,"recvTime":"2026-01-01T00:00:00.000Z"}',
      ]);
      assert.deepEqual(JSON.parse(outcomes[0] ?? '{}').data, { n: 2 }, `codec ${n}`);
    }
  });

  const [database] = testDatabases();
  if (database === undefined) return;
  const { freshService, close } = fiwareServices(database);
  after(close);

  test('has a limit in bytes: FIWARE devices, however much is configured for them', {
    timeout: 120_000,
  }, async () => {
    const text = { name: 'manual', type: 'Text', value: 'x'.repeat(400_000) };
    const { apikey, measure } = await freshService({
      resource: '/iot/json',
      entity_type: 'WeatherObserved',
      explicitAttrs: true,
      attributes: [{ object_id: 't', name: 'temperature', type: 'Number' }],
      static_attributes: [text],
    });
    const evicted = evictions('fiware_devices');
    for (let n = 0; n < 40; n++) {
      assert.equal((await measure(`/json?k=${apikey}&i=device${n}`, '{"t":1}')).status, 200);
      evicted.look();
    }
    evicted.assertAny();
  });
});
