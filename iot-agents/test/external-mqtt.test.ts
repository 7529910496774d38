import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import type { Database, DeviceProfile } from '../src/main.ts';
import { eventually, startTerritory } from './support/territory.ts';
import { chirpStackUplink } from './support/uplinks.ts';

const mqttUrl = process.env.TEST_MQTT_URL;
const [database] = testDatabases();

const PROFILE: DeviceProfile = {
  id: 'external',
  name: 'Counts',
  entities: [{ type: 'Thing', id: 'device.asset', attributes: [{ name: 'number', value: 'data.n' }] }],
};

test('uplinks of an external MQTT broker are acknowledged when stored, and stay there while we are down', {
  skip: mqttUrl ? false : 'Mosquitto is missing (TEST_MQTT_URL is not set)',
  timeout: 60_000,
}, async (t) => {
  assert.ok(database !== undefined && mqttUrl !== undefined);
  const db = await database.open();
  const gate = { isOpen: true };
  /** The database, which accepts nothing into the inbox while the gate is closed. */
  const gated: Database & typeof db = {
    ...db,
    query: (statement) =>
      !gate.isOpen && statement.name === 'iot-insert-frames'
        ? Promise.reject(new Error('disk full'))
        : db.query(statement),
  };
  const log: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void log.push(line) });
  const options = { mqttUrl, mqttClientId: `test-${randomBytes(4).toString('hex')}`, logger };
  const devEui = randomBytes(8).toString('hex');
  const tenant = freshTenant();
  const asset = `urn:ngsi-ld:Thing:${devEui}`;
  const number = async (territory: Awaited<ReturnType<typeof startTerritory>>, n: number) =>
    eventually(`number ${n}`, async () => {
      const thing = (await territory.entity(asset, tenant)) as { number?: { value: number } } | undefined;
      return thing?.number?.value === n ? true : undefined;
    });
  const uplink = (n: number) =>
    chirpStackUplink({ devEui, decoded: { n }, fCnt: n, time: new Date(Date.now() - 600_000 + n).toISOString() });

  const first = await startTerritory(gated, options);
  await first.agents.provision({ profiles: [PROFILE], devices: [{ devEui, profile: PROFILE.id, asset, tenant }] });
  for (let n = 1; n <= 200; n++) await first.send(uplink(n));
  await number(first, 200);

  gate.isOpen = false;
  const apikey = randomBytes(8).toString('hex');
  const measure = { topic: `/json/${apikey}/d1/attrs`, body: { n: 1 } };
  await first.send(uplink(201), uplink(202), uplink(203), measure);
  const isTold = (line: string) => line.includes('"topic":"d1"') && line.includes('could not be stored');
  await eventually('word of the measure', () => log.some(isTold) || undefined);
  assert.ok(!log.join('').includes(apikey), 'the key of a device is in the log');
  gate.isOpen = true;
  await number(first, 203);
  await first.agents.close();

  const { topic, body } = uplink(204);
  await first.mqtt.publishAsync(topic, JSON.stringify(body), { qos: 1 });
  await first.close();
  const second = await startTerritory(gated, options);
  t.after(() => second.close());
  await number(second, 204);
  assert.equal(second.agents.counters().duplicates, 0);
});

test('a stop among messages from an external MQTT broker causes no duplicates', {
  skip: mqttUrl ? false : 'Mosquitto is missing (TEST_MQTT_URL is not set)',
  timeout: 60_000,
}, async (t) => {
  assert.ok(database !== undefined && mqttUrl !== undefined);
  const db = await database.open();
  /** A database that stores messages slowly. */
  const slow: Database & typeof db = {
    ...db,
    async query(statement) {
      if (statement.name === 'iot-insert-frames') await sleep(300);
      return db.query(statement);
    },
  };
  const options = { mqttUrl, mqttClientId: `test-${randomBytes(4).toString('hex')}` };
  const count = 60;
  const first = await startTerritory(slow, options);
  const sender = await connectAsync(mqttUrl);
  t.after(() => sender.endAsync());
  const sent = Array.from({ length: count }, async (_, n) => {
    await sleep(n * 10);
    const devEui = randomBytes(8).toString('hex');
    const { topic, body } = chirpStackUplink({ devEui, decoded: { n }, fCnt: n, time: new Date().toISOString() });
    await sender.publishAsync(topic, JSON.stringify(body), { qos: 1 });
  });
  await eventually('the first messages', () => (first.agents.counters().received > 0 ? true : undefined));
  await first.agents.close();
  const before = first.agents.counters().received;
  await Promise.all(sent);
  await first.close();
  assert.ok(before > 0 && before < count, `${before} of ${count} before the stop`);
  const second = await startTerritory(db, options);
  t.after(() => second.close());
  await eventually('the rest', () => (second.agents.counters().received >= count - before ? true : undefined));
  await sleep(1_000);
  assert.equal(before + second.agents.counters().received, count);
});

test('a process that another one believed dead takes its session at an external MQTT broker back', {
  skip: mqttUrl ? false : 'Mosquitto is missing (TEST_MQTT_URL is not set)',
  timeout: 60_000,
}, async (t) => {
  assert.ok(database !== undefined && mqttUrl !== undefined);
  const db = await database.open();
  const mqttClientId = `test-${randomBytes(4).toString('hex')}`;
  const first = await startTerritory(db, { mqttUrl, mqttClientId });
  t.after(() => first.close());
  const second = await startTerritory(db, { mqttUrl, mqttClientId });
  t.after(() => second.close());
  const ownerOf = async (clientId: string) => {
    const text = 'SELECT process::text AS process FROM iot.mqtt_session WHERE client_id = $1';
    return (await db.query<{ process: string }>({ text, values: [clientId] })).rows[0]?.process;
  };
  const [one, two] = [await ownerOf(mqttClientId), await ownerOf(`${mqttClientId}-2`)];
  assert.ok(one !== undefined && two !== undefined && one !== two);

  const text = 'UPDATE iot.mqtt_session SET process = $2::uuid WHERE client_id = $1';
  await db.query({ text, values: [mqttClientId, two] });
  await eventually('the session', async () => (await ownerOf(mqttClientId)) === one || undefined);
  assert.equal(await ownerOf(`${mqttClientId}-2`), two);
});

test('processes that the database was away from take nothing from each other when it is back', async (t) => {
  assert.ok(database !== undefined);
  const db = await database.open();
  for (let n = 0; n < 2; n++) {
    const territory = await startTerritory(db);
    t.after(() => territory.close());
  }
  const rows = async (text: string) => (await db.query<{ process: string; n: number }>({ text })).rows;
  const shares = () =>
    rows(
      'SELECT process::text AS process, count(*)::int AS n FROM iot.inbox_partition WHERE process IS NOT NULL GROUP BY 1 ORDER BY 1',
    );
  const isShared = async () => {
    const found = await shares();
    return found.length === 2 && found[0]?.n === found[1]?.n ? found : undefined;
  };
  const before = await eventually('equal shares', isShared);

  await db.query({ text: `UPDATE iot.agent_process SET lease_until = now() - interval '1 minute'` });
  const valid = 'SELECT process::text AS process, 1 AS n FROM iot.agent_process WHERE lease_until > clock_timestamp()';
  await eventually('both leases', async () => (await rows(valid)).length === 2 || undefined);
  assert.deepEqual(await shares(), before);
});
