import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { MessageChannel, type MessagePort as NodePort } from 'node:worker_threads';
import { EventSource } from 'eventsource';
import { FeedHub } from './feed-hub.ts';
import type { FromPage, ToPage } from './feed-messages.ts';

Object.assign(globalThis, { EventSource, location: { origin: 'http://127.0.0.1' } });

let streams: { readonly request: IncomingMessage; readonly response: ServerResponse }[] = [];
let url: string;
const server = createServer((request, response) => {
  const isRefused = request.headers.authorization === 'Bearer old';
  response.writeHead(isRefused ? 401 : 200, { 'content-type': 'text/event-stream' });
  if (isRefused) return void response.end();
  response.write('event: ready\ndata: {}\n\n');
  streams.push({ request, response });
});
const ports: NodePort[] = [];

beforeEach(async () => {
  streams = [];
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/events`;
});
afterEach(async () => {
  for (const port of ports.splice(0)) port.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A page of the hub, with what it was told. */
function pageOf(hub: FeedHub, tokens: readonly string[] = []) {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  hub.join(port2 as unknown as MessagePort);
  const told: string[] = [];
  const say = (message: FromPage) => port1.postMessage(message);
  port1.on('message', (message: ToPage) => {
    if (message.kind === 'askToken') say({ kind: 'token', token: tokens[message.isRefused ? 1 : 0] });
    else told.push(message.kind === 'connection' ? message.connection : message.kind);
  });
  return { told, say, follow: (reader?: string) => say({ kind: 'follow', feed: 1, url, reader }) };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}

test('Eight pages share one stream, each gets every event, and a page that joins later reloads.', async () => {
  const hub = new FeedHub();
  const pages = Array.from({ length: 8 }, () => pageOf(hub));
  const [late, ...others] = pages;
  for (const page of others) page.follow();
  await until(() => others.every(({ told }) => told.join() === 'live,gap'));
  late?.follow();
  await until(() => late?.told.join() === 'live,gap');
  streams[0]?.response.write('event: entity\ndata: {"entity":{"id":"lamp-1"}}\n\n');
  await until(() => pages.every(({ told }) => told.at(-1) === 'event'));
  assert.equal(streams.length, 1);
});

test('The stream ends when the last page leaves it.', async () => {
  const hub = new FeedHub();
  const [first, second] = [pageOf(hub), pageOf(hub)];
  first.follow();
  second.follow();
  await until(() => second.told.length === 2 && first.told.length === 2);
  first.say({ kind: 'leave', feed: 1 });
  streams[0]?.response.write('event: entity\ndata: {"entity":{"id":"lamp-1"}}\n\n');
  await until(() => second.told.at(-1) === 'event');
  assert.deepEqual([first.told.length, streams[0]?.response.destroyed], [2, false]);
  second.say({ kind: 'close' });
  await until(() => streams[0]?.response.destroyed === true);
});

test('Pages of different readers share nothing, and each stream has the token of its reader.', async () => {
  const hub = new FeedHub();
  const [ann, bea] = [pageOf(hub, ['of-ann']), pageOf(hub, ['of-bea'])];
  ann.follow('ann');
  bea.follow('bea');
  await until(() => ann.told.length === 2 && bea.told.length === 2);
  const sent = streams.map(({ request }) => request.headers.authorization).sort();
  assert.deepEqual(sent, ['Bearer of-ann', 'Bearer of-bea']);
});

test('A refused token is renewed by the page.', async () => {
  const hub = new FeedHub();
  const ann = pageOf(hub, ['old', 'new']);
  ann.follow('ann');
  await until(() => ann.told.length === 2);
  assert.deepEqual(
    streams.map(({ request }) => request.headers.authorization),
    ['Bearer new'],
  );
});
