import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { connectAsync } from 'mqtt';
import { provision, retrieve, sendUplink, testLamp } from './support/lamps.ts';
import { askOnNewConnection } from './support/new-connection.ts';
import { freePort, type PlatformProcess, runToExit, startPlatformProcess } from './support/platform-process.ts';
import { type Receiver, startReceiver } from './support/receiver.ts';

const database = testDatabases().find(({ kind }) => kind === 'postgres');
const PATIENCE_MS = 100_000;

test('several workers on the embedded database are refused with one line', async () => {
  const { code, output } = await runToExit({ WORKERS: '2', PORT: String(await freePort()) });
  assert.equal(code, 1);
  assert.match(
    output,
    /^WORKERS: got "2", expected 1, because the embedded database supports one process only, or a DATABASE_URL$/m,
  );
});

describe('two workers on one port', {
  skip: database === undefined && 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)',
}, () => {
  let dataDir: string;
  let platform: PlatformProcess;
  let receiver: Receiver;
  const api = (path: string) => `${platform.url}/ngsi-ld/v1${path}`;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
    receiver = await startReceiver();
    platform = await startPlatformProcess({
      WORKERS: '2',
      DEMO: 'off',
      DATA_DIR: dataDir,
      DATABASE_URL: (await database?.url()) as string, // otherwise skipped
    });
  });

  after(async () => {
    await platform?.stop();
    await receiver?.close();
    await rm(dataDir, { recursive: true });
  });

  const subscribe = async (type: string): Promise<void> => {
    const { status, text } = await askOnNewConnection('POST', api('/subscriptions'), {
      type: 'Subscription',
      entities: [{ type }],
      notification: { endpoint: { uri: receiver.url } },
    });
    assert.equal(status, 201, text);
  };
  const notified = (type: string) =>
    receiver.notifications.filter(({ data }) => data[0]?.type === type).map(({ id, data }) => [id, changeOf(data[0])]);

  test('a subscription created at one is known to the other when it is answered', {
    timeout: PATIENCE_MS,
  }, async () => {
    for (const round of [1, 2, 3]) {
      const type = `Known${round}`;
      await subscribe(type);
      const ids = Array.from({ length: 10 }, (_, number) => `urn:ngsi-ld:${type}:${number}`);
      for (const id of ids) {
        const { status } = await askOnNewConnection('POST', api('/entities'), { id, type, level: property(0) });
        assert.equal(status, 201);
      }
      await eventually(`notifications of ${type}`, () => notified(type).length >= ids.length, PATIENCE_MS);
      assert.deepEqual(
        notified(type)
          .map(([, change]) => change)
          .sort(),
        ids.map((id) => `${id} 0`).sort(),
      );
    }
  });

  test('uplinks by MQTT and by any worker’s webhook are delivered', {
    timeout: PATIENCE_MS,
  }, async () => {
    const lamp = testLamp(9000);
    await provision(platform.url, [lamp]);
    const mqtt = await connectAsync(platform.mqttUrl);
    // A device registered at one worker is known to the others a moment later.
    const sent = async () => {
      await sendUplink(mqtt, lamp, 1);
      await pause(200);
      return retrieve(platform.url, lamp.asset);
    };
    await eventually('the entity', sent, PATIENCE_MS);
    await mqtt.endAsync();
    for (let number = 0; number < 6; number++) {
      assert.equal((await askOnNewConnection('POST', `${platform.url}/iot/lns`, `{"odd":${number}}`)).status, 202);
    }
    await eventually('what can’t be read, kept aside', async () => {
      const { text } = await askOnNewConnection('GET', `${platform.url}/iot/quarantine`);
      return (JSON.parse(text) as { count: number }).count >= 6;
    });
  });

  test('kill -9 of one: it is started again, and no notification is lost or sent under another id', {
    timeout: 6 * PATIENCE_MS,
  }, async (t) => {
    await subscribe('Killed');
    const workers = await childrenOf(platform.pid);
    assert.equal(workers.length, 2);
    const acknowledged = new Set<string>();
    let isFlowing = true;
    const writers = Array.from({ length: 8 }, async (_, number) => {
      const id = `urn:ngsi-ld:Killed:${number}`;
      for (let level = 0; isFlowing; level++) {
        const body = { id, type: 'Killed', level: property(level) };
        const writing = askOnNewConnection(
          'POST',
          api('/entityOperations/upsert?options=update'),
          JSON.stringify([body]),
        );
        const answer = await writing.catch(() => pause(50)); // disconnected, so not acknowledged
        if (answer !== undefined && answer.status < 300) acknowledged.add(`${id} ${level}`);
      }
    });
    for (const [place, worker] of workers.entries()) {
      const before = acknowledged.size;
      await eventually('writes', () => acknowledged.size > before + 40, PATIENCE_MS);
      process.kill(worker, 'SIGKILL');
      const again = () => platform.output().split('is ready again').length > place + 1;
      await eventually('a worker in its place', again, PATIENCE_MS);
      await eventually('writes on', () => acknowledged.size > before + 100, PATIENCE_MS);
    }
    isFlowing = false;
    await Promise.all(writers);
    t.diagnostic(`${acknowledged.size} acknowledged`);
    await eventually(
      'every notification',
      () => {
        const changes = new Set(notified('Killed').map(([, change]) => change));
        return [...acknowledged].every((change) => changes.has(change));
      },
      PATIENCE_MS,
    );
    // Notifications that were sent but not recorded as sent are sent again with the same id.
    const byId = new Map(notified('Killed').map(([id, change]) => [id, change]));
    assert.equal(byId.size, new Set(byId.values()).size, 'no change has notifications of two ids');
    t.diagnostic(`${acknowledged.size} acknowledged, ${notified('Killed').length} notifications, ${byId.size} ids`);
  });

  test('stops on request, with its workers', { timeout: PATIENCE_MS }, async () => {
    const workers = await childrenOf(platform.pid);
    assert.equal(await platform.stop(), 0);
    for (const worker of workers) assert.throws(() => process.kill(worker, 0), { code: 'ESRCH' });
  });
});

function property(value: number): object {
  return { type: 'Property', value };
}

function changeOf(entity: { readonly id: string; readonly [attribute: string]: unknown } | undefined): string {
  return `${entity?.id} ${(entity?.level as { value: number } | undefined)?.value}`;
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(/\s+/).filter(Boolean).map(Number);
}
