import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { freshTenant, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { connectAsync } from 'mqtt';
import type { Device, DeviceProfile } from '../src/main.ts';
import { forkAgents } from './support/fork-agents.ts';
import { startTerritory } from './support/territory.ts';
import type { Uplink } from './support/uplinks.ts';
import { chirpStackUplink } from './support/uplinks.ts';

const mqttUrl = process.env.TEST_MQTT_URL;
/** IOT_BURST=10000 is what a territory may send after a power failure; each uplink is one row of the history. */
const UPLINKS = Number(process.env.IOT_BURST ?? 1_000);
const DEVICES = 20;
const [database] = testDatabases().filter(({ kind }) => kind === 'postgres');

const PROFILE: DeviceProfile = {
  id: 'shared',
  name: 'Counted',
  codec: 'function decodeUplink(i){return {data:{n:i.bytes[0]<<8|i.bytes[1]}}}',
  entities: [{ type: 'Thing', id: 'device.asset', attributes: [{ name: 'number', value: 'data.n' }] }],
};

async function deliveredBy(child: ChildProcess): Promise<number> {
  child.send({});
  const [{ delivered }] = await once(child, 'message');
  return delivered;
}

test(`of two processes on one MQTT broker one is killed among ${UPLINKS} uplinks: none is lost, none duplicated, all in order`, {
  skip: mqttUrl && database ? false : 'Mosquitto or PostgreSQL is missing (TEST_MQTT_URL, TEST_DATABASE_URL)',
  timeout: 600_000,
}, async (t) => {
  assert.ok(database !== undefined && mqttUrl !== undefined);
  const group = `test-${randomBytes(4).toString('hex')}`;
  const tenant = freshTenant();
  const devices: Device[] = Array.from({ length: DEVICES }, () => {
    const devEui = randomBytes(8).toString('hex');
    return { devEui, profile: PROFILE.id, asset: `urn:ngsi-ld:Thing:${devEui}`, tenant };
  });
  const db = await database.open();
  const provisioning = await startTerritory(db);
  await provisioning.agents.provision({ profiles: [PROFILE], devices });
  await provisioning.close();

  const env = { DATABASE_URL: await database.url(), MQTT_URL: mqttUrl, MQTT_CLIENT_ID: group };
  const { child: doomed } = await forkAgents(t, env);
  const { child: other } = await forkAgents(t, env);
  const shares = async () => {
    const { rows } = await db.query<{ count: number }>({
      text: 'SELECT count(*)::int AS count FROM iot.inbox_partition WHERE process IS NOT NULL GROUP BY process',
    });
    return rows.map(({ count }) => count);
  };
  await eventually(
    'a fair share for each',
    async () => ((await shares()).join() === '32,32' ? true : undefined),
    60_000,
  );

  const start = Date.now() - 86_400_000;
  const uplink = (n: number): Uplink => {
    const fCnt = Math.floor(n / DEVICES);
    const { devEui = '' } = devices[n % DEVICES] ?? {};
    return chirpStackUplink({
      devEui,
      bytes: [fCnt >> 8, fCnt & 255],
      fCnt,
      time: new Date(start + fCnt * 1000).toISOString(),
      id: `${devEui}-${fCnt}`,
    });
  };
  const mqtt = await connectAsync(mqttUrl);
  t.after(() => mqtt.endAsync());
  let acknowledged = 0;
  for (let n = 0; n < UPLINKS; n += 100) {
    await Promise.all(
      Array.from({ length: Math.min(100, UPLINKS - n) }, async (_, i) => {
        const { topic, body } = uplink(n + i);
        await mqtt.publishAsync(topic, JSON.stringify(body), { qos: 1 });
        acknowledged += 1;
      }),
    );
    if (n < UPLINKS / 2 && n + 100 >= UPLINKS / 2) {
      await eventually(
        'work by both',
        async () => {
          const both = await Promise.all([deliveredBy(doomed), deliveredBy(other)]);
          return both.every((delivered) => delivered > 0) ? true : undefined;
        },
        60_000,
      );
      doomed.kill('SIGKILL');
    }
  }
  assert.equal(acknowledged, UPLINKS);

  const history = async () => {
    const { rows } = await db.query<{ entity_id: string; at: Date; instance: string }>({
      text: `SELECT entity_id, at, instance FROM evolution
             WHERE tenant = $1 AND attribute LIKE '%number' ORDER BY entity_id, at`,
      values: [tenant],
    });
    return rows;
  };
  let seen = 0;
  await eventually(
    'all of them',
    async () => {
      seen = (await history()).length;
      return seen >= UPLINKS ? true : undefined;
    },
    180_000,
  ).catch(async (cause: unknown) => {
    const { rows } = await db.query({
      text: `SELECT (SELECT count(*)::int FROM iot.inbox) AS inbox, (SELECT json_agg(s) FROM iot.mqtt_session s) AS sessions,
        (SELECT json_agg(p) FROM iot.agent_process p) AS processes,
        (SELECT json_object_agg(process, n) FROM (SELECT process, count(*) AS n FROM iot.inbox_partition GROUP BY 1) i) AS shares`,
    });
    throw new Error(`${seen} of ${UPLINKS}: ${JSON.stringify(rows)}`, { cause });
  });
  await eventually(
    'an empty inbox',
    async () => {
      const { rows } = await db.query<{ count: number }>({ text: 'SELECT count(*)::int AS count FROM iot.inbox' });
      return rows[0]?.count === 0 ? true : undefined;
    },
    60_000,
  );
  // Time for a late duplicate.
  await sleep(200);
  const numbers = new Map<string, number[]>();
  for (const { entity_id: id, instance } of await history()) {
    numbers.set(id, [...(numbers.get(id) ?? []), JSON.parse(instance).value]);
  }
  const expected = Array.from({ length: UPLINKS / DEVICES }, (_, n) => n);
  for (const { asset = '' } of devices) assert.deepEqual(numbers.get(asset), expected, asset);
  const last = await startTerritory(db);
  t.after(() => last.close());
  for (const { asset = '' } of devices) {
    const thing = await last.entity(asset, tenant);
    assert.equal(
      (thing as unknown as { number: { value: number } }).number.value,
      expected.at(-1),
      'the present is the newest',
    );
  }
  const { rowCount } = await db.query({
    text: 'SELECT FROM iot.quarantine WHERE dev_eui = ANY($1::text[])',
    values: [devices.map(({ devEui }) => devEui)],
  });
  assert.equal(rowCount, 0);
});
