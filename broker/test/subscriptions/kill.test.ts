import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../../src/database/open-database.ts';
import { migrate } from '../../src/main.ts';
import { chosenBy, freshTenant, testDatabases } from '../support/index.ts';
import { type Receiver, startReceiver } from './receiver.ts';

const PROCESS = new URL('flow-process.ts', import.meta.url).pathname;

describe('kill -9 in the flow loses no notification', () => {
  for (const database of chosenBy('kill', testDatabases())) {
    test(database.kind, { timeout: 240_000 }, async (t) => {
      const place = database.kind === 'postgres' ? await database.url() : await temporaryDirectory(t);
      if (database.kind === 'postgres') await migrateAlone(place);
      const receiver = await startReceiver();
      t.after(() => receiver.close());
      // Slower than the writes, so that the outbox is not empty when the process dies.
      receiver.answerWith((_request, response) => setTimeout(() => response.writeHead(200).end(), 10));
      const tenant = freshTenant();
      const acknowledged = new Map<number, number>();

      const first = run(t, [place, tenant, receiver.url, 'write'], (line) => {
        const [number, level] = line.split(' ').map(Number) as [number, number];
        acknowledged.set(number, level);
      });
      while (total(acknowledged) < 1500) await pause(10);
      first.kill('SIGKILL');
      await once(first, 'exit');
      const receivedBefore = receiver.received.length;

      await new Promise((resolve, reject) => {
        run(t, [place, tenant, receiver.url, 'send'], resolve).on('exit', reject);
      });
      const missing = await waitForAll(receiver, acknowledged);

      assert.deepEqual(missing, []);
      t.diagnostic(
        `${total(acknowledged)} acknowledged, ${receivedBefore} received before the kill, ${receiver.received.length} in all`,
      );
      checkOrder(receiver);
    });
  }
});

function run(t: TestContext, args: string[], onLine: (line: string) => void): ChildProcess {
  const child = spawn(process.execPath, [PROCESS, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  createInterface({ input: child.stdout as NonNullable<typeof child.stdout> }).on('line', onLine);
  return child;
}

function total(acknowledged: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const level of acknowledged.values()) sum += level + 1;
  return sum;
}

/** Waits for acknowledged changes without a notification, as long as it can take. */
async function waitForAll(receiver: Receiver, acknowledged: ReadonlyMap<number, number>): Promise<string[]> {
  let missing: string[] = [];
  for (let tries = 0; tries < 600; tries++) {
    const received = new Set(receiver.received.map(({ body }) => `${body.data[0].id} ${body.data[0].level.value}`));
    missing = [];
    for (const [number, last] of acknowledged) {
      for (let level = 0; level <= last; level++) {
        const change = `urn:ngsi-ld:Lamp:${number} ${level}`;
        if (!received.has(change)) missing.push(change);
      }
    }
    if (missing.length === 0) break;
    await pause(100);
  }
  return missing;
}

/** The levels of each entity arrive in order; a repetition has the same id. */
function checkOrder(receiver: Receiver): void {
  const ids = new Map<string, string>();
  const last = new Map<string, number>();
  for (const { body } of receiver.received) {
    const { id, level } = body.data[0];
    const change = `${id} ${level.value}`;
    const known = ids.get(change);
    if (known !== undefined) {
      assert.equal(body.id, known, `${change} came again as another notification`);
      continue;
    }
    ids.set(change, body.id);
    assert.equal(level.value, (last.get(id) ?? -1) + 1, `${change} came out of order`);
    last.set(id, level.value);
  }
}

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'alzette-kill-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

async function migrateAlone(url: string): Promise<void> {
  const db = await openDatabase({ url });
  await migrate(db, new URL('../../migrations/', import.meta.url), 'broker');
  await db.close();
}
