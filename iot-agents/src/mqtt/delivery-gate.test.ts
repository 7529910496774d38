import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { Aedes } from 'aedes';
import { connectAsync } from 'mqtt';
import { createDeliveryGate } from './delivery-gate.ts';
import { SharedSubscriptions } from './shared-subscriptions.ts';

test('a session that once subscribed to everything gets what its credential may receive now, and nothing else', async (t) => {
  const authorizeForward = createDeliveryGate(
    () => ({ username: 'of-d1', apikey: 'key', device: 'd1' }),
    new SharedSubscriptions(),
  );
  const aedes = await Aedes.createBroker({ authorizeForward });
  t.after(() => new Promise<void>((resolve) => aedes.close(() => resolve())));
  const server = createServer((socket) => void aedes.handle(socket)).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const url = `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const heard: string[] = [];
  const device = await connectAsync(url, { clientId: 'd1', clean: false });
  t.after(() => device.endAsync(true));
  device.on('message', (topic) => heard.push(topic));
  await device.subscribeAsync('#', { qos: 1 }); // nothing asks here whether it may
  const other = await connectAsync(url, { clientId: 'other' });
  t.after(() => other.endAsync(true));
  for (const topic of ['/other-key/d1/cmd', '/key/d2/cmd', '/key/d1/attrs', '/key/d1/cmd']) {
    await other.publishAsync(topic, 'x', { qos: 1 });
  }
  const end = Date.now() + 30_000;
  while (!heard.includes('/key/d1/cmd') && Date.now() < end) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(heard, ['/key/d1/cmd']);
});
