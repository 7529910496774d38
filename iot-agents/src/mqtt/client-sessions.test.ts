import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheUses } from '@alzette/kit/caches';
import { Aedes } from 'aedes';
import { createClientSessions, type SessionPersistence } from './client-sessions.ts';

test('messages waiting for disconnected clients have a common limit in bytes', async (t) => {
  const aedes = await Aedes.createBroker();
  t.after(() => new Promise<void>((resolve) => aedes.close(() => resolve())));
  const { persistence } = aedes as Aedes & { readonly persistence: SessionPersistence };
  const before = cacheUses('others').mqtt_queues ?? { entries: 0, bytes: 0 };
  const mostBytes = 500_000;
  const sessions = createClientSessions(persistence, mostBytes);
  const ids = Array.from({ length: 20 }, (_, n) => `client ${n}`);
  for (const id of ids) sessions.claim({ id, clean: false }, { username: id });
  for (let n = 0; n < 100; n++) {
    // A part of what was read from a connection at once.
    const payload = Buffer.alloc(65_536, n).subarray(500, 1500);
    const packet = { cmd: 'publish', topic: 't', payload, qos: 1, brokerId: 'b', brokerCounter: n };
    await persistence.outgoingEnqueueCombi(
      ids.map((clientId) => ({ clientId, qos: 1 })),
      packet,
    );
  }
  const queued = async (id: string): Promise<{ payload: Buffer }[]> =>
    Array.fromAsync(persistence.outgoingStream({ id }));
  const all = (await Promise.all(ids.map(queued))).flat();
  const waiting = all.length;
  const kept = [...new Set(all.map(({ payload }) => payload.buffer))].reduce(
    (sum, { byteLength }) => sum + byteLength,
    0,
  );
  assert.ok(kept <= waiting * 1000, `${kept} bytes are kept of ${waiting} payloads`);
  assert.deepEqual(all[0]?.payload, Buffer.alloc(1000, 0));
  const use = cacheUses('others').mqtt_queues ?? { entries: 0, bytes: 0 };
  assert.equal(use.entries - before.entries, waiting);
  assert.ok(waiting > 300 && waiting * 1000 < mostBytes, `${waiting} messages`);
  assert.ok(use.bytes - before.bytes <= mostBytes);
});
