import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { EventSource } from 'eventsource';
import { type Connection, openLiveFeed } from './live-feed.ts';

Object.assign(globalThis, { EventSource });

const streams: ServerResponse[] = [];
let status = 200;
let arrived = Promise.withResolvers<ServerResponse>();
const server = createServer((_request, response) => {
  response.writeHead(status, { 'content-type': 'text/event-stream' });
  if (status !== 200) response.end();
  else response.flushHeaders();
  streams.push(response);
  arrived.resolve(response);
});

beforeEach(async () => {
  status = 200;
  arrived = Promise.withResolvers();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.destroy();
  await new Promise((resolve) => server.close(resolve));
});

/** Opens the feed, and returns what it tells. */
function follow() {
  const told: (Connection | 'gap' | { id: string })[] = [];
  let look = () => {};
  const tell = (what: (typeof told)[number]) => {
    told.push(what);
    look();
  };
  const close = openLiveFeed(`http://127.0.0.1:${(server.address() as AddressInfo).port}/events`, {
    onGap: () => tell('gap'),
    onEvent: ({ entity }) => tell({ id: entity.id }),
    onConnection: tell,
  });
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      look = () => told.length >= count && resolve();
      look();
    });
  return { told, until, close };
}

const nextStream = () => {
  arrived = Promise.withResolvers();
  return arrived.promise;
};

test('A feed tells that it is live, that events may be missing, and each event.', async () => {
  const { told, until, close } = follow();
  const stream = await arrived.promise;
  stream.write('id: 1\nevent: ready\ndata: {}\n\n');
  stream.write('id: 2\nevent: entity\ndata: {"trigger":"entityUpdated","entity":{"id":"lamp-1"}}\n\n');
  stream.write('id: 3\nevent: reset\ndata: {}\n\n');
  await until(5);
  assert.deepEqual(told, ['live', 'gap', { id: 'lamp-1' }, 'live', 'gap']);
  close();
});

test('A silent server is noticed, and the feed is opened again with a reload.', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { told, until, close } = follow();
  const first = await arrived.promise;
  first.write('event: ready\ndata: {}\n\n');
  await until(2);
  t.mock.timers.tick(8_000);
  const beaten = Promise.withResolvers<void>();
  first.write('event: heartbeat\ndata: {}\n\nevent: entity\ndata: {"entity":{"id":"lamp-1"}}\n\n', () =>
    beaten.resolve(),
  );
  await beaten.promise;
  await until(3);
  t.mock.timers.tick(8_000);
  assert.deepEqual(told, ['live', 'gap', { id: 'lamp-1' }], 'heard of after 8 seconds, so not silent yet');
  const reopened = nextStream();
  t.mock.timers.tick(1_000);
  assert.equal(told.at(-1), 'reconnecting');
  t.mock.timers.tick(1_000);
  (await reopened).write('event: ready\ndata: {}\n\n');
  await until(6);
  assert.deepEqual(told.slice(3), ['reconnecting', 'live', 'gap']);
  close();
});

test('A refused feed is opened again after a pause that doubles.', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  status = 503;
  const { told, until, close } = follow();
  await until(1);
  assert.deepEqual(told, ['reconnecting']);
  t.mock.timers.tick(1_000);
  await until(2);
  status = 200;
  t.mock.timers.tick(1_999);
  assert.equal(streams.length, 2);
  const reopened = nextStream();
  t.mock.timers.tick(1);
  (await reopened).write('event: ready\ndata: {}\n\n');
  await until(4);
  assert.deepEqual(told, ['reconnecting', 'reconnecting', 'live', 'gap']);
  close();
});
