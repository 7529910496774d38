import assert from 'node:assert/strict';
import { pino } from 'pino';
import { StatementTimeout } from '../../src/database/database-errors.ts';
import { timedReads } from '../../src/database/timed-reads.ts';
import { createBroker, openDatabase } from '../../src/main.ts';
import { eachDatabase, freshTenant, testDatabases } from '../support/index.ts';

const SLEEP = { text: 'SELECT pg_sleep(20)' };
const LOCK = { text: 'LOCK TABLE entity IN ACCESS EXCLUSIVE MODE' };

// The embedded database can't cancel a statement.
eachDatabase('A statement that takes too long', (test, { kind }) => {
  if (kind === 'pglite') return;

  test('is cancelled, alone or in a transaction, and its connection stays usable', async (_t, db) => {
    const timed = timedReads(db, 200);
    const started = Date.now();
    await assert.rejects(timed.query(SLEEP), StatementTimeout);
    await assert.rejects(
      timed.transaction((tx) => tx.query(SLEEP)),
      StatementTimeout,
    );
    assert.ok(Date.now() - started < 15_000);
    const { rows } = await timed.query<{ one: number }>({ text: 'SELECT 1 AS one' });
    assert.deepEqual(rows, [{ one: 1 }]);
  });

  test('is answered with 503 and the reason, and /live is answered meanwhile', async (t, db) => {
    const broker = await createBroker({
      db,
      publicUrl: 'http://localhost:1026',
      readTimeoutMs: 300,
      logger: pino({ level: 'silent' }),
    });
    t.after(() => broker.close());
    const headers = { 'ngsild-tenant': freshTenant() };
    const created = await broker.app.inject({
      method: 'POST',
      url: '/ngsi-ld/v1/entities',
      headers,
      payload: { id: 'urn:x:1', type: 'Lamp', name: { type: 'Property', value: 'a' } },
    });
    assert.equal(created.statusCode, 201, created.body);
    await db.transaction(async (tx) => {
      await tx.query(LOCK);
      const asked = broker.app.inject({ url: '/ngsi-ld/v1/entities?type=Lamp&q=name~=%22a.*b%22', headers });
      const live = await broker.app.inject({ url: '/live' });
      assert.equal(live.statusCode, 200);
      const { statusCode, body } = await asked;
      assert.equal(statusCode, 503, body);
      assert.match(body, /The database did not answer within 300 ms/);
    });
    const after = await broker.app.inject({ url: '/ngsi-ld/v1/entities?type=Lamp', headers });
    assert.equal(after.json().length, 1);
  });

  test('of a write is answered with 503 and Retry-After, whichever table is locked', async (t, db) => {
    const url = await testDatabases()
      .find((each) => each.kind === kind)
      ?.url();
    assert.ok(url !== undefined);
    const limited = await openDatabase({ url, lockTimeoutMs: 300 });
    const broker = await createBroker({
      db: limited,
      publicUrl: 'http://localhost:1026',
      writeTimeoutMs: 600,
      logger: pino({ level: 'silent' }),
    });
    t.after(() => broker.close().then(() => limited.close()));
    const headers = { 'ngsild-tenant': freshTenant() };
    const write = (path: string, payload: object) =>
      broker.app.inject({ method: 'POST', url: `/ngsi-ld/v1/${path}`, headers, payload });
    const subscription = {
      type: 'Subscription',
      entities: [{ type: 'Lamp' }],
      notification: { endpoint: { uri: 'http://127.0.0.1:9/' } },
    };
    await db.transaction(async (tx) => {
      await tx.query(LOCK);
      await tx.query({ text: 'LOCK TABLE subscription IN ACCESS EXCLUSIVE MODE' });
      for (const asked of [write('entities', { id: 'urn:x:1', type: 'Lamp' }), write('subscriptions', subscription)]) {
        const { statusCode, body, headers: answered } = await asked;
        assert.equal(statusCode, 503, body);
        assert.ok(Number(answered['retry-after']) > 0);
      }
    });
    assert.equal((await write('entities', { id: 'urn:x:1', type: 'Lamp' })).statusCode, 201);
    assert.equal((await write('subscriptions', subscription)).statusCode, 201);
  });
});
