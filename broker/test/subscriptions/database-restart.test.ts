import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { findPostgres, startPostgres } from '../../../scripts/postgres-server.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { startNotifyingBroker } from './notifying-broker.ts';
import { startReceiver } from './receiver.ts';

const lamp = (number: number, level = 0) => ({
  id: `urn:ngsi-ld:Lamp:${number}`,
  type: 'Lamp',
  level: { type: 'Property', value: level },
});
const level = (value: number) => ({ level: { type: 'Property', value } });
const postgres = findPostgres();

test('5.8.6 PostgreSQL restarted in the middle: every acknowledged change is notified, in order per entity', {
  skip: postgres === undefined && 'PostgreSQL 17 with PostGIS is missing',
  timeout: 120_000,
}, async (t) => {
  const server = await startPostgres(postgres as string, []); // otherwise skipped
  const db = await openDatabase({ url: server.url });
  const broker = await startNotifyingBroker(db);
  const receiver = await startReceiver();
  t.after(async () => {
    await broker.close();
    await receiver.close();
    await db.close();
    await server.stop();
  });
  const tenant = freshTenant();
  await broker.subscribe(tenant, { entities: [{ type: 'Lamp' }], notification: { endpoint: { uri: receiver.url } } });
  const acknowledged = new Set<string>();
  const writeAll = async (number: number) => {
    const { id } = lamp(number);
    await broker.create(tenant, lamp(number));
    acknowledged.add(`${id} 0`);
    for (let value = 1; value <= 40; value++) {
      await broker.merge(tenant, id, level(value)).then(
        () => acknowledged.add(`${id} ${value}`),
        () => {}, // the database was down: not acknowledged
      );
      await pause(20);
    }
  };
  const writing = Promise.all(Array.from({ length: 10 }, (_, number) => writeAll(number)));
  await pause(300);
  await server.restart();
  await writing;

  const received = () => new Set(receiver.received.map(({ body: { data } }) => `${data[0].id} ${data[0].level.value}`));
  let missing = [...acknowledged];
  for (let tries = 0; tries < 300 && missing.length > 0; tries++) {
    await pause(100);
    const known = received();
    missing = missing.filter((change) => !known.has(change));
  }
  assert.deepEqual(missing, []);
  const last = new Map<string, number>();
  const seen = new Set<string>();
  for (const { body } of receiver.received) {
    if (seen.has(body.id)) continue; // a repetition, recognised by its id
    seen.add(body.id);
    const { id, level: now } = body.data[0];
    assert.ok(now.value > (last.get(id) ?? -1), `${id} came out of order`);
    last.set(id, now.value);
  }
  t.diagnostic(`${acknowledged.size} acknowledged, ${receiver.received.length} received`);
});

eachDatabase('5.8.6 One endpoint that never answers', (dbTest) => {
  dbTest('leaves 99 healthy ones undisturbed', async (t, db) => {
    const broker = await startNotifyingBroker(db, { delivery: { timeoutMs: 60_000, graceMs: 100 } });
    const receiver = await startReceiver();
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    t.after(async () => {
      await broker.close();
      await receiver.close();
      silent.close();
    });
    const tenant = freshTenant();
    const subscribe = (uri: string) =>
      broker.subscribe(tenant, { entities: [{ type: 'Lamp' }], notification: { endpoint: { uri } } });
    for (let number = 0; number < 99; number++) await subscribe(`${receiver.url}/${number}`);
    await broker.create(tenant, lamp(1));
    await receiver.expect(99);
    const round = async (from: number) => {
      const latencies: number[] = [];
      for (let value = from; value < from + 20; value++) {
        const before = receiver.received.length;
        const start = performance.now();
        await broker.merge(tenant, lamp(1).id, level(value));
        await receiver.expect(before + 99, { thenWait: 0 });
        latencies.push(performance.now() - start);
      }
      return latencies.sort((one, other) => one - other)[18] as number; // p95 of 20
    };
    const alone = await round(1);
    await subscribe(`http://127.0.0.1:${(silent.address() as { port: number }).port}/`);
    const beside = await round(101);

    t.diagnostic(
      `p95 until all 99 were notified: ${alone.toFixed(1)} ms alone, ${beside.toFixed(1)} ms with a silent one`,
    );
    assert.equal(receiver.received.length, 99 * 41, 'all were told, once');
    assert.ok(beside < alone + 1000, 'nobody waits for the silent one');
  });
});
