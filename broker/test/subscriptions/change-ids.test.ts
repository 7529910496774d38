import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../../src/database/open-database.ts';
import { chosenBy, freshTenant, testDatabases } from '../support/index.ts';
import { startNotifyingBroker } from './notifying-broker.ts';
import { type Received, type Receiver, startReceiver } from './receiver.ts';

const PROCESS = new URL('batch-process.ts', import.meta.url).pathname;
const CHANGES_BETWEEN_KILLS = 150;

interface Writer {
  readonly instance: string;
  child: ChildProcess;
}

/** The changes in a notification, and the id that a receiver compares for each. */
function changesIn({ body }: Received): { change: string; id: string }[] {
  return body.data.map((entity: { id: string; level: { value: string } }) => ({
    change: `${entity.id} ${entity.level.value}`,
    id: body.changeIds?.[entity.id] ?? body.id,
  }));
}

/** Fails if a change came under two ids, or two changes under one. @returns the changes received */
function checkIds({ received }: Receiver): { changes: Set<string>; repeated: number } {
  const idOf = new Map<string, string>();
  const changeOf = new Map<string, string>();
  let repeated = 0;
  for (const { change, id } of received.flatMap(changesIn)) {
    if (idOf.has(change)) repeated++;
    assert.equal(idOf.get(change) ?? id, id, `${change} came under two ids`);
    assert.equal(changeOf.get(id) ?? change, change, `${id} named two changes`);
    idOf.set(change, id);
    changeOf.set(id, change);
  }
  return { changes: new Set(idOf.keys()), repeated };
}

describe('a change has one id for a receiver, whatever is killed and however changes are sent together', () => {
  for (const database of chosenBy('change-ids', testDatabases())) {
    test(`on ${database.kind}`, { timeout: 240_000 }, async (t) => {
      const place = database.kind === 'postgres' ? await database.url() : await temporaryDirectory(t);
      const tenant = freshTenant();
      const receiver = await startReceiver();
      t.after(() => receiver.close());
      // Some take the notification, and their answer is lost; some refuse it; all take longer than the writes.
      receiver.answerWith((_request, response) => {
        const fate = randomInt(12);
        const answer = () => (fate === 0 ? response.destroy() : response.writeHead(fate === 1 ? 500 : 204).end());
        setTimeout(answer, 15);
      });
      await subscribeFirst(place, tenant, receiver.url);
      const acknowledged = new Set<string>();
      const start = (instance: string, mode = 'write') => startWriter(t, [place, tenant, instance, mode], acknowledged);
      // Opening the embedded database takes long.
      const [names, kills] = database.kind === 'postgres' ? [['ids-0', 'ids-1'], 6] : [['ids-0'], 2];
      const writers: Writer[] = [];
      for (const instance of names) writers.push({ instance, child: await start(instance) });
      for (let kill = 0; kill < kills; kill++) {
        const enough = acknowledged.size + CHANGES_BETWEEN_KILLS + randomInt(CHANGES_BETWEEN_KILLS);
        while (acknowledged.size < enough) await pause(5);
        const writer = writers[randomInt(writers.length)] as Writer;
        await end(writer.child);
        writer.child = await start(writer.instance);
      }
      await Promise.all(writers.map(({ child }) => end(child)));
      receiver.answerWith((_request, response) => response.writeHead(204).end());
      for (const { instance } of writers) await start(instance, 'send');

      const missing = (): string[] => {
        const { changes } = checkIds(receiver);
        return [...acknowledged].filter((change) => !changes.has(change));
      };
      for (let tries = 0; tries < 600 && missing().length > 0; tries++) await pause(100);
      assert.deepEqual(missing(), []);
      const { changes, repeated } = checkIds(receiver);
      t.diagnostic(`${acknowledged.size} acknowledged, ${changes.size} received, ${repeated} of them again`);
      assert.ok(repeated > 0, 'nothing came twice, so the kills showed nothing');
    });
  }
});

test('after a restart a batch comes again as one notification with the same id', async (t) => {
  const directory = await temporaryDirectory(t);
  const tenant = freshTenant();
  const receiver = await startReceiver();
  t.after(() => receiver.close());
  await subscribeFirst(directory, tenant, receiver.url);
  receiver.answerWith(() => {}); // the process is killed before the answer
  const child = await startWriter(t, [directory, tenant, 'again', 'once'], new Set());
  while (receiver.received.length === 0) await pause(5);
  await end(child);
  receiver.answerWith((_request, response) => response.writeHead(204).end());
  await startWriter(t, [directory, tenant, 'again', 'send'], new Set());
  while (receiver.received.length < 2) await pause(5);

  const [before, after] = receiver.received.map(({ body }) => body);
  assert.equal(before.data.length, 5);
  assert.equal(after.id, before.id);
  assert.deepEqual(after.changeIds, before.changeIds);
  assert.deepEqual(Object.keys(after.changeIds).sort(), before.data.map(({ id }: { id: string }) => id).sort());
});

async function startWriter(t: TestContext, args: string[], acknowledged: Set<string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, [PROCESS, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout as NonNullable<typeof child.stdout> });
  lines.on('line', (line) => {
    if (line !== 'ready') acknowledged.add(line);
  });
  await once(lines, 'line');
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

async function subscribeFirst(place: string, tenant: string, uri: string): Promise<void> {
  const db = await openDatabase(place.startsWith('postgres') ? { url: place } : { dataDir: place });
  const broker = await startNotifyingBroker(db, { instance: 'subscribing' });
  await broker.subscribe(tenant, { entities: [{ type: 'Lamp' }], notification: { endpoint: { uri } } });
  await broker.close();
  await db.close();
}

async function temporaryDirectory(t: TestContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'alzette-ids-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
