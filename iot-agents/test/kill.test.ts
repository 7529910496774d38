import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '@alzette/broker';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { connectAsync } from 'mqtt';
import type { Device, DeviceProfile } from '../src/main.ts';
import { forkAgents } from './support/fork-agents.ts';
import { CONTEXT, startTerritory } from './support/territory.ts';
import type { Uplink } from './support/uplinks.ts';
import { thingsStackUplink } from './support/uplinks.ts';

const UPLINKS = 1_500;
const KILLED_AFTER_ACKNOWLEDGED = 400;

/** One entity per uplink, so that a missing one is a lost message. */
const PROFILE: DeviceProfile = {
  id: 'counted',
  name: 'Counted',
  codec: 'function decodeUplink(i){return {data:{n:i.bytes[0]<<8|i.bytes[1]}}}',
  entities: [{ type: 'Thing', id: "'urn:ngsi-ld:Thing:' + data.n", attributes: [{ name: 'number', value: 'data.n' }] }],
};
const APIKEY = `kill${randomBytes(6).toString('hex')}`;
const DEVICE: Device = { devEui: randomBytes(8).toString('hex'), profile: PROFILE.id };

function uplink(n: number): Uplink {
  return thingsStackUplink({ devEui: DEVICE.devEui, bytes: [n >> 8, n & 255], fCnt: n, id: `as:up:${n}` });
}

/** A measurement of one of twenty devices, by IoTA-JSON, with a unique time. */
function measure(n: number): Uplink {
  const body = { n, TimeInstant: new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString() };
  return { topic: `/json/${APIKEY}/k${n % 20}/attrs`, body };
}

/** Sends, counts acknowledged ones, and kills the process in the middle. */
async function sendAndKill(
  t: TestContext,
  env: Record<string, string>,
  made: (n: number) => Uplink = uplink,
): Promise<number[]> {
  const { child, mqttPort } = await forkAgents(t, env);
  const mqtt = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { reconnectPeriod: 0 });
  mqtt.on('error', () => undefined);
  const acknowledged: number[] = [];
  const exited = once(child, 'exit');
  for (let n = 0; n < UPLINKS && child.exitCode === null && !child.killed; n++) {
    const { topic, body } = made(n);
    mqtt.publish(topic, JSON.stringify(body), { qos: 1 }, (error) => {
      if (error) return;
      acknowledged.push(n);
      if (acknowledged.length === KILLED_AFTER_ACKNOWLEDGED) child.kill('SIGKILL');
    });
    if (n % 50 === 49) await sleep(2);
  }
  await exited;
  // Not awaited, because the end of a closed connection never comes.
  mqtt.end(true);
  return acknowledged;
}

for (const database of chosenBy('kill', testDatabases())) {
  test(`no acknowledged uplink is lost when the process is killed (${database.kind})`, {
    timeout: 300_000,
  }, async (t) => {
    const directory = database.kind === 'pglite' ? await mkdtemp(join(tmpdir(), 'alzette-kill-')) : undefined;
    if (directory !== undefined) t.after(() => rm(directory, { recursive: true, force: true }));
    const env: Record<string, string> =
      directory === undefined ? { DATABASE_URL: await database.url() } : { DATA_DIR: directory };
    const open = () => (directory === undefined ? database.open() : openDatabase({ dataDir: directory }));

    const prepared = await open();
    const first = await startTerritory(prepared);
    await first.agents.provision({ profiles: [PROFILE], devices: [DEVICE] });
    await first.close();
    if (directory !== undefined) await prepared.close();

    const acknowledged = await sendAndKill(t, env);
    assert.ok(
      acknowledged.length >= KILLED_AFTER_ACKNOWLEDGED && acknowledged.length < UPLINKS,
      `${acknowledged.length} acknowledged`,
    );

    const db = await open();
    const again = await startTerritory(db);
    t.after(async () => {
      await again.close();
      if (directory !== undefined) await db.close();
    });
    await eventually(
      'an empty inbox',
      async () => {
        const { rows } = await db.query<{ count: number }>({ text: 'SELECT count(*)::int AS count FROM iot.inbox' });
        return rows[0]?.count === 0 ? true : undefined;
      },
      30_000,
    );
    const lost: number[] = [];
    for (const n of acknowledged) {
      if ((await again.entity(`urn:ngsi-ld:Thing:${n}`)) === undefined) lost.push(n);
    }
    assert.deepEqual(lost, [], CONTEXT);

    // It continues: unacknowledged ones are sent again, delivered ones are reported as duplicates.
    const delivered = again.agents.counters().delivered;
    for (let n = 0; n < UPLINKS; n += 50) await again.send(...Array.from({ length: 50 }, (_, i) => uplink(n + i)));
    await eventually(
      'all settled',
      () => (again.agents.counters().delivered - delivered >= UPLINKS ? true : undefined),
      30_000,
    );
    for (let n = 0; n < UPLINKS; n++) assert.ok(await again.entity(`urn:ngsi-ld:Thing:${n}`), `uplink ${n}`);
  });

  test(`no acknowledged measurement is lost when the process is killed, and none is duplicated (${database.kind})`, {
    timeout: 300_000,
  }, async (t) => {
    const directory = database.kind === 'pglite' ? await mkdtemp(join(tmpdir(), 'alzette-kill-')) : undefined;
    if (directory !== undefined) t.after(() => rm(directory, { recursive: true, force: true }));
    const env: Record<string, string> =
      directory === undefined ? { DATABASE_URL: await database.url() } : { DATA_DIR: directory };
    const open = () => (directory === undefined ? database.open() : openDatabase({ dataDir: directory }));
    const tenant = `t${randomBytes(6).toString('hex')}`;

    const prepared = await open();
    const first = await startTerritory(prepared);
    const made = await first.app.inject({
      method: 'POST',
      url: '/iot/groups',
      headers: { 'fiware-service': tenant, 'fiware-servicepath': '/' },
      payload: { groups: [{ apikey: APIKEY, resource: '/iot/json', entity_type: 'Thing' }] },
    });
    assert.equal(made.statusCode, 201, made.body);
    await first.close();
    if (directory !== undefined) await prepared.close();

    const acknowledged = await sendAndKill(t, env, measure);
    assert.ok(acknowledged.length >= KILLED_AFTER_ACKNOWLEDGED, `${acknowledged.length} acknowledged`);

    const db = await open();
    const again = await startTerritory(db);
    t.after(async () => {
      await again.close();
      if (directory !== undefined) await db.close();
    });
    const recorded = async () => {
      const { rows } = await db.query<{ number: number; times: number }>({
        text: `SELECT number, count(*)::int AS times FROM evolution
               WHERE tenant = $1 AND number IS NOT NULL GROUP BY number ORDER BY number`,
        values: [tenant],
      });
      return rows;
    };
    const isAll = (rows: readonly { number: number }[], wanted: readonly number[]): boolean => {
      const there = new Set(rows.map(({ number }) => Number(number)));
      return wanted.every((n) => there.has(n));
    };
    await eventually(
      'all that was acknowledged',
      async () => isAll(await recorded(), acknowledged) || undefined,
      30_000,
    );

    // A device repeats unacknowledged messages; those already written are no change.
    for (let n = 0; n < UPLINKS; n += 50) await again.send(...Array.from({ length: 50 }, (_, i) => measure(n + i)));
    const all = Array.from({ length: UPLINKS }, (_, n) => n);
    await eventually('all', async () => isAll(await recorded(), all) || undefined, 30_000);
    assert.deepEqual(
      (await recorded()).filter(({ times }) => times !== 1),
      [],
    );
  });
}
