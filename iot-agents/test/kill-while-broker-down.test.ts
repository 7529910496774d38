import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { test } from 'node:test';
import { createBroker, openDatabase } from '@alzette/broker';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { connectAsync } from 'mqtt';
import { pino } from 'pino';
import { freePort } from '../../scripts/programs.ts';
import { forkAgents } from './support/fork-agents.ts';
import { CONTEXT, startTerritory } from './support/territory.ts';
import type { Uplink } from './support/uplinks.ts';
import { chirpStackUplink } from './support/uplinks.ts';

const FRAMES = 1_000;
/** The agents are killed after this number of acknowledgements, while more are being sent. */
const KILLED_AFTER = [300, 650];
const ON_THEIR_WAY = 100;

/**
 * Sends frames from the given one on. Resolves to the number of acknowledged ones when the agents are killed or have
 * all.
 */
async function send(
  t: TestContext,
  env: Record<string, string>,
  frames: readonly Uplink[],
  from: number,
  killedAfter = Number.POSITIVE_INFINITY,
): Promise<number> {
  const { child, mqttPort } = await forkAgents(t, env);
  const mqtt = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { reconnectPeriod: 0 });
  mqtt.on('error', () => undefined);
  const gone = once(child, 'exit');
  let acknowledged = from;
  const all = new Promise<void>((resolve) => {
    for (const { topic, body } of frames.slice(from, killedAfter + ON_THEIR_WAY)) {
      mqtt.publish(topic, JSON.stringify(body), { qos: 1 }, (error) => {
        if (error) return;
        acknowledged += 1;
        if (acknowledged === killedAfter) child.kill('SIGKILL');
        if (acknowledged === frames.length) resolve();
      });
    }
  });
  await Promise.race([gone, all]);
  mqtt.end(true);
  return acknowledged;
}

for (const database of chosenBy('kill-while-broker-down', testDatabases())) {
  test(`messages that arrive while the broker is down and the agents are killed twice are in the history, in order, once (${database.kind})`, {
    timeout: 360_000,
  }, async (t) => {
    const directory = database.kind === 'pglite' ? await mkdtemp(join(tmpdir(), 'alzette-kill-')) : undefined;
    if (directory !== undefined) t.after(() => rm(directory, { recursive: true, force: true }));
    const port = await freePort();
    const env: Record<string, string> = {
      BROKER_URL: `http://127.0.0.1:${port}`,
      ...(directory === undefined ? { DATABASE_URL: await database.url() } : { DATA_DIR: directory }),
    };
    const devEui = randomBytes(8).toString('hex');
    const asset = `urn:ngsi-ld:Thing:${devEui}`;
    const start = Date.now() - 7_200_000;
    const timeOf = (n: number) => new Date(start + n * 1000).toISOString();
    const frames = Array.from({ length: FRAMES }, (_, n) =>
      chirpStackUplink({ devEui, fCnt: n, bytes: [1], decoded: { n }, time: timeOf(n) }),
    );

    const prepared = await (directory === undefined ? database.open() : openDatabase({ dataDir: directory }));
    const territory = await startTerritory(prepared);
    const attributes = [{ name: 'n', value: 'data.n' }];
    await territory.agents.provision({
      profiles: [{ id: 'numbered', name: 'Numbered', entities: [{ type: 'Thing', id: 'device.asset', attributes }] }],
      devices: [{ devEui, profile: 'numbered', asset }],
    });
    await territory.close();
    if (directory !== undefined) await prepared.close();

    let acknowledged = 0;
    for (const killedAfter of KILLED_AFTER) {
      acknowledged = await send(t, env, frames, acknowledged, killedAfter);
      assert.ok(acknowledged >= killedAfter && acknowledged < FRAMES, `${acknowledged} acknowledged`);
    }
    assert.equal(await send(t, env, frames, acknowledged), FRAMES);

    const broker = await createBroker({
      db: await database.open(),
      publicUrl: new URL(CONTEXT).origin,
      offline: true,
      logger: pino({ level: 'silent' }),
      temporalPageSize: 2 * FRAMES,
    });
    t.after(() => broker.close());
    const history = async () => {
      const answer = await broker.app.inject({
        url: `/ngsi-ld/v1/temporal/entities/${asset}?attrs=n&options=sysAttrs`,
        headers: { link: `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"` },
      });
      const instances: { value: number; observedAt: string; modifiedAt: string }[] = [answer.json().n ?? []].flat();
      return instances.toSorted((one, other) => (one.observedAt < other.observedAt ? -1 : 1));
    };
    assert.deepEqual(await history(), []);
    await broker.app.listen({ port, host: '127.0.0.1' });
    const delivered = await eventually(
      'the last frame',
      async () => {
        const instances = await history();
        return instances.at(-1)?.value === FRAMES - 1 ? instances : undefined;
      },
      180_000,
    );
    assert.deepEqual(
      delivered.map(({ value, observedAt }) => [value, observedAt]),
      Array.from({ length: FRAMES }, (_, n) => [n, timeOf(n)]),
    );
    const written = delivered.map(({ modifiedAt }) => modifiedAt);
    assert.deepEqual(written, written.toSorted(), 'in the order they came');
  });
}
