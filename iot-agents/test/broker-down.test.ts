import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { migrate } from '@alzette/broker';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { migrationsFolder, startIotAgents } from '../src/main.ts';
import { chirpStackUplink } from './support/uplinks.ts';

/** A remote broker as the agents see it: up or down, with a record of accepted writes. */
function remoteBroker() {
  const state = { isDown: false, upserts: [] as Entity[][] };
  const refuse = () => Promise.reject(new Error('not asked here'));
  const client: NgsiLdClient = {
    async queryEntities() {
      if (state.isDown) throw new Error('connect ECONNREFUSED');
      return { entities: [] };
    },
    async batchUpsert(entities) {
      if (state.isDown) throw new NgsiLdClientError(503, { type: 'about:blank', title: 'Unavailable', detail: 'down' });
      const errors = entities
        .filter(({ id }) => id.endsWith(':refused'))
        .map(({ id }) => ({
          entityId: id,
          error: { type: 'BadRequestData', title: 'no', detail: 'not taken', status: 400 },
        }));
      state.upserts.push(entities);
      return { success: [], errors };
    },
    createEntity: refuse,
    retrieveEntity: refuse,
    mergeEntity: refuse,
    deleteEntity: refuse,
    batchCreate: refuse,
    upsertTemporal: refuse,
    queryTemporal: refuse,
    countSamples: refuse,
    createSubscription: refuse,
    updateSubscription: refuse,
    deleteSubscription: refuse,
  };
  return { state, client };
}

for (const database of chosenBy('broker-down', testDatabases())) {
  test(`uplinks are acknowledged while the broker is down and delivered in order when it is back (${database.kind})`, {
    timeout: 300_000,
  }, async (t) => {
    const db = await database.open();
    await migrate(db, migrationsFolder, 'iot-agents');
    // What other tests have left is not to be delivered here.
    await db.query({ text: 'DELETE FROM iot.inbox' });
    const { state, client } = remoteBroker();
    const agents = await startIotAgents({
      db,
      client,
      context: 'urn:context',
      host: '127.0.0.1',
      mqttPort: 0,
      logger: pino({ level: 'silent' }),
    });
    const mqtt = await connectAsync(`mqtt://127.0.0.1:${agents.mqttPort}`);
    t.after(async () => {
      await mqtt.endAsync();
      await agents.close();
    });
    const devEui = randomBytes(8).toString('hex');
    const refused = { devEui: randomBytes(8).toString('hex'), profile: 'remote', asset: 'urn:ngsi-ld:Thing:refused' };
    await agents.provision({
      profiles: [
        {
          id: 'remote',
          name: 'Remote',
          entities: [{ type: 'Thing', id: 'device.asset', attributes: [{ name: 'n', value: 'data.n' }] }],
        },
      ],
      devices: [{ devEui, profile: 'remote', asset: 'urn:ngsi-ld:Thing:taken' }, refused],
    });
    const start = Date.now() - 7_200_000;
    const uplink = (eui: string, n: number) =>
      chirpStackUplink({ devEui: eui, fCnt: n, decoded: { n }, time: new Date(start + n * 1000).toISOString() });

    state.isDown = true;
    // More than are processed concurrently, so that some wait only in the table.
    for (let n = 0; n < 5_000; n += 500) {
      await Promise.all(
        Array.from({ length: 500 }, (_, i) => uplink(devEui, n + i)).map(({ topic, body }) =>
          mqtt.publishAsync(topic, JSON.stringify(body), { qos: 1 }),
        ),
      );
    }
    const last = uplink(refused.devEui, 1);
    await mqtt.publishAsync(last.topic, JSON.stringify(last.body), { qos: 1 });
    assert.equal(agents.counters().received, 5_001);
    assert.equal(agents.counters().delivered, 0);
    await eventually('a retry', () => (agents.counters().retries > 0 ? true : undefined), 60_000);

    state.isDown = false;
    await eventually('all delivered', () => (agents.counters().delivered === 5_001 ? true : undefined), 120_000);
    const sent = state.upserts
      .flat()
      .filter(({ id }) => id === 'urn:ngsi-ld:Thing:taken')
      .map(({ n }) => (n as { value: number }).value);
    // A batch with a refused entity is repeated only for that one; the others stay accepted.
    assert.deepEqual(
      sent,
      Array.from({ length: 5_000 }, (_, n) => n),
    );
    const { rows } = await db.query({
      text: 'SELECT reason, message FROM iot.quarantine WHERE dev_eui = $1',
      values: [refused.devEui],
    });
    assert.deepEqual(rows, [{ reason: 'broker_rejected', message: 'not taken' }]);
    const left = await db.query<{ count: number }>({ text: 'SELECT count(*)::int AS count FROM iot.inbox' });
    assert.equal(left.rows[0]?.count, 0);
  });
}
