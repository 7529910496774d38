import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cacheUses } from '@alzette/kit/caches';
import { createRedeliveries } from './redeliveries.ts';

test('the memory for messages is limited, however many clients there are', async () => {
  const mostBytes = 200_000;
  const redeliveries = createRedeliveries(mostBytes);
  const message = (messageId: number, dup = false) => ({
    messageId,
    dup,
    topic: 't',
    payload: Uint8Array.of(messageId),
  });
  let stored = 0;
  const store = async () => {
    stored += 1;
  };
  for (let client = 0; client < 100; client++) {
    for (let id = 1; id <= 50; id++) await redeliveries.take(`client ${client}`, message(id), store);
  }
  assert.equal(stored, 5000);
  const { entries, bytes } = redeliveries.use;
  assert.ok(bytes > mostBytes / 2 && bytes <= mostBytes, `${bytes} bytes`);
  assert.ok((cacheUses('others').mqtt_redeliveries?.bytes ?? 0) >= bytes, 'the metrics show it');
  assert.ok(entries >= 50 && entries < 5000, `${entries} messages`);
  await redeliveries.take('client 99', message(7, true), store);
  assert.equal(stored, 5000, 'of the last client it is recognised');
  await redeliveries.take('client 0', message(7, true), store);
  assert.equal(stored, 5001, 'of the first it is forgotten');
  const failing = async () => {
    throw new Error('not stored');
  };
  await assert.rejects(redeliveries.take('client 0', message(8), failing), /not stored/);
  assert.ok(redeliveries.use.bytes <= mostBytes);
});
