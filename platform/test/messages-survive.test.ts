import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { startReceiver } from '../../services/channels/test/support/http-receiver.ts';
import { ownDatabase } from './support/own-database.ts';
import { freePort, type PlatformProcess, startPlatformProcess } from './support/platform-process.ts';

const { TEST_DATABASE_URL } = process.env;
const MESSAGES = 30;
/** Longer than a message stays reserved for the process that took it. */
const PATIENCE_MS = 150_000;

async function ask(platform: PlatformProcess, method: string, path: string, body?: object) {
  const response = await fetch(platform.url + path, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  assert.ok(response.ok, `${method} ${path}: ${response.status}`);
  return (await response.json()) as { messages: { attempts: number }[] };
}

/** The receiver gets all messages of its downtime when it is back, although one process was killed. */
async function survives(
  t: TestContext,
  processes: readonly PlatformProcess[],
  onKilled: () => Promise<PlatformProcess | undefined>,
) {
  const [first] = processes;
  assert.ok(first);
  const receiver = await startReceiver(t);
  await receiver.close();
  await ask(first, 'PUT', '/channels/hook', { title: 'GMAO', kind: 'webhook', settings: { url: receiver.url } });
  for (let i = 0; i < MESSAGES; i++) {
    await ask(processes[i % processes.length] as PlatformProcess, 'POST', '/channels/hook/test', {});
  }
  await eventually('the first is tried', async () => {
    const { messages } = await ask(first, 'GET', `/channels/messages?limit=${MESSAGES}`);
    return (messages.at(-1)?.attempts ?? 0) > 0;
  });
  await first.kill();
  await receiver.listen();
  const again = await onKilled();
  t.after(() => again?.stop());
  const ids = () => receiver.received.map(({ headers }) => Number.parseInt(String(headers['webhook-id']), 10));
  await eventually('all have come', () => ids().length >= MESSAGES, PATIENCE_MS);
  assert.deepEqual(
    ids(),
    ids().toSorted((a, b) => a - b),
    'in their order',
  );
  assert.equal(new Set(ids()).size, MESSAGES);
  assert.equal(ids().length, MESSAGES, 'none doubled');
}

test('waiting messages are sent after kill -9, in order and once (embedded database)', async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
  t.after(() => rm(dataDir, { recursive: true, force: true }));
  const environment = { DATA_DIR: dataDir, DEMO: 'off', PORT: String(await freePort()) };
  await survives(t, [await startPlatformProcess(environment)], () => startPlatformProcess(environment));
});

test('waiting messages are sent by the other process when one is killed, in order and once (postgres)', {
  skip: TEST_DATABASE_URL === undefined && 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)',
}, async (t) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
  const database = await ownDatabase(TEST_DATABASE_URL as string, 'messages');
  const environment = { DATA_DIR: dataDir, DEMO: 'off', DATABASE_URL: database.url };
  const processes = [await startPlatformProcess(environment), await startPlatformProcess(environment)];
  t.after(async () => {
    await processes[1]?.stop();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true });
  });
  await survives(t, processes, async () => undefined);
});
