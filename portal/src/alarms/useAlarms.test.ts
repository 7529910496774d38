import '../../../web/test/dom.ts';
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, test } from 'node:test';
import { httpClient } from '@alzette/ngsi-ld-schemas';
import { EventSource as HttpEventSource } from 'eventsource';
import { mountAnswers, until } from '../../../web/test/mount-answers.ts';
import { provideAlarms } from './useAlarms.ts';

const ALARM = { type: 'Alert', severity: 'high', status: 'active' };
let answer: (response: ServerResponse) => void;
let stream: PromiseWithResolvers<ServerResponse>;
let isStreaming: boolean;
let url: string;
const server = createServer(({ url: path = '' }, response) => {
  if (!path.startsWith('/events')) return answer(response);
  if (!isStreaming) return void response.writeHead(503).end();
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('event: ready\ndata: {}\n\n');
  stream.resolve(response);
});
const answerWith = (documents: readonly object[]) => (response: ServerResponse) =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(documents));
const refuse = (response: ServerResponse) => void response.writeHead(503).end();

beforeEach(async () => {
  isStreaming = true;
  stream = Promise.withResolvers();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(globalThis, {
    // The page's own server.
    EventSource: class extends HttpEventSource {
      constructor(path: string) {
        super(new URL(path, url));
      }
    },
  });
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const open = () => mountAnswers(() => [provideAlarms(httpClient({ url }))]);

test('While nothing answers, the waiting alarms are not known: they are not zero.', async () => {
  const asked = Promise.withResolvers<void>();
  answer = () => asked.resolve();
  const { composed, leave } = open();
  const [{ waiting, request }] = composed;
  assert.equal(waiting.value, undefined);
  await asked.promise;
  assert.deepEqual([waiting.value, request.answeredAt.value], [undefined, undefined]);
  leave();
});

test('While the platform answers 503, the alarms are unknown, with the reason and since when.', async () => {
  isStreaming = false;
  answer = refuse;
  const { composed, leave } = open();
  const [{ waiting, request }] = composed;
  await until(() => request.problem.value !== undefined);
  assert.deepEqual([waiting.value, request.problem.value?.status], [undefined, 503]);
  assert.equal(typeof request.failingSince.value, 'number');
  leave();
});

test('The alarms are known also without a live feed.', async () => {
  isStreaming = false;
  answer = answerWith([{ id: 'urn:a', ...ALARM }]);
  const { composed, leave } = open();
  const [{ waiting }] = composed;
  await until(() => waiting.value?.length === 1);
  leave();
});

test('Once known, each event of the feed changes them, and a failing reload keeps them.', async () => {
  answer = answerWith([{ id: 'urn:a', ...ALARM }]);
  const { composed, leave } = open();
  const [{ waiting, newest, request }] = composed;
  const ids = () => waiting.value?.map(({ id }) => id).join();
  await until(() => ids() === 'urn:a');
  const tell = (entity: object) =>
    stream.promise.then((opened) => opened.write(`event: entity\ndata: ${JSON.stringify({ entity })}\n\n`));
  await tell({ id: 'urn:b', ...ALARM });
  await until(() => ids() === 'urn:a,urn:b');
  assert.equal(newest.value?.id, 'urn:b');
  await tell({ id: 'urn:a', ...ALARM, status: 'closed' });
  await until(() => ids() === 'urn:b');
  answer = refuse;
  await request.reload();
  assert.deepEqual([ids(), request.problem.value?.status], ['urn:b', 503]);
  leave();
});

test('What arrives during a request is not lost to its older answer.', async () => {
  const asked = Promise.withResolvers<ServerResponse>();
  answer = asked.resolve;
  const { composed, leave } = open();
  const [{ waiting, newest }] = composed;
  const response = await asked.promise;
  const opened = await stream.promise;
  opened.write(`event: entity\ndata: ${JSON.stringify({ entity: { id: 'urn:new', ...ALARM } })}\n\n`);
  await until(() => newest.value?.id === 'urn:new');
  assert.equal(waiting.value, undefined, 'one of them is known, but not all');
  answerWith([])(response);
  await until(() => waiting.value?.length === 1);
  leave();
});
