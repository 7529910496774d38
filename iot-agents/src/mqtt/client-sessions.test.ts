import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheUses } from '@alzette/kit/caches';
import { Aedes } from 'aedes';
import { createClientSessions, type SessionPersistence } from './client-sessions.ts';

test('messages that wait for clients who stay away take no more than a bound in bytes, of all together', async (t) => {
  const aedes = await Aedes.createBroker();
  t.after(() => new Promise<void>((resolve) => aedes.close(() => resolve())));
  const { persistence } = aedes as Aedes & { readonly persistence: SessionPersistence };
  const before = cacheUses('others').mqtt_queues ?? { entries: 0, bytes: 0 };
  const mostBytes = 500_000;
  const sessions = createClientSessions(persistence, mostBytes);
  const ids = Array.from({ length: 20 }, (_, n) => `client ${n}`);
  for (const id of ids) sessions.claim({ id, clean: false }, { username: id });
  for (let n = 0; n < 100; n++) {
    const packet = { cmd: 'publish', topic: 't', payload: Buffer.alloc(1000), qos: 1, brokerId: 'b', brokerCounter: n };
    await persistence.outgoingEnqueueCombi(
      ids.map((clientId) => ({ clientId, qos: 1 })),
      packet,
    );
  }
  const queued = async (id: string) => (await Array.fromAsync(persistence.outgoingStream({ id }))).length;
  const waiting = (await Promise.all(ids.map(queued))).reduce((sum, count) => sum + count, 0);
  const use = cacheUses('others').mqtt_queues ?? { entries: 0, bytes: 0 };
  assert.equal(use.entries - before.entries, waiting);
  assert.ok(waiting > 300 && waiting * 1000 < mostBytes, `${waiting} messages`);
  assert.ok(use.bytes - before.bytes <= mostBytes);
});
