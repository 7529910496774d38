import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { outgoingDial } from '../../outgoing/outgoing-url.ts';
import type { Attempt } from '../attempt.ts';
import { HttpSender } from './fast/http-sender.ts';
import { postNotification } from './post-notification.ts';

type Serve = (socket: Socket, request: string, number: number) => void;

/** A raw TCP server, so that a test can send any answer, and a function that POSTs to it. */
async function start(t: TestContext, serve: Serve) {
  const sockets = new Set<Socket>();
  const requests: string[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    let text = '';
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      text += bytes.toString();
      const length = /content-length: (\d+)/.exec(text)?.[1];
      const body = text.split('\r\n\r\n')[1] ?? '';
      if (length === undefined || Buffer.byteLength(body) < Number(length)) return;
      requests.push(text);
      serve(socket, text, requests.length);
      text = '';
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sender = new HttpSender(outgoingDial('open'));
  t.after(() => {
    sender.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/told?by=us`);
  const post = (body = '{}', headers = {}, timeoutMs = 5000) =>
    new Promise<Attempt>((resolve) => postNotification(sender, url, headers, body, timeoutMs, resolve));
  return { post, requests, connections: () => connections };
}

const NO_CONTENT = 'HTTP/1.1 204 No Content\r\n\r\n';

const ANSWERS: { readonly [name: string]: { readonly answer: string; readonly keeps: boolean } } = {
  'no content': { answer: NO_CONTENT, keeps: true },
  'a length': { answer: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', keeps: true },
  'a length of nothing': { answer: 'HTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n', keeps: true },
  'interim answers before': {
    answer: `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Hints\r\nA: b\r\n\r\n${NO_CONTENT}`,
    keeps: true,
  },
  chunks: {
    answer: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n',
    keeps: true,
  },
  'chunks and a trailer': {
    answer: 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nDigest: none\r\n\r\n',
    keeps: true,
  },
  'a body that ends with the connection': { answer: 'HTTP/1.1 200 OK\r\n\r\nhello', keeps: false },
  'a connection to be closed': { answer: 'HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n', keeps: false },
  'HTTP/1.0': { answer: 'HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', keeps: false },
  'a connection that is kept for no time': {
    answer: 'HTTP/1.1 204 No Content\r\nKeep-Alive: timeout=1\r\n\r\n',
    keeps: false,
  },
};

for (const [name, { answer, keeps }] of Object.entries(ANSWERS)) {
  for (const inPieces of [false, true]) {
    test(`reads an answer with ${name}${inPieces ? ', byte by byte' : ''}`, async (t) => {
      const { post, requests, connections } = await start(t, async (socket) => {
        if (!inPieces) return socket.write(answer);
        socket.setNoDelay(true);
        for (const byte of answer) {
          socket.write(byte);
          await new Promise((resolve) => setImmediate(resolve));
        }
        return undefined;
      });
      assert.deepEqual(await post('{"é":"€"}'), { ok: true });
      await pause(50); // for the rest of it
      assert.deepEqual(await post('{"plain":1}'), { ok: true });
      assert.equal(connections(), keeps ? 1 : 2);
      assert.match(requests[0] ?? '', /^POST \/told\?by=us HTTP\/1\.1\r\nhost: 127\.0\.0\.1:\d+\r\n/);
      assert.match(requests[0] ?? '', /content-length: 12\r\n\r\n\{"é":"€"\}$/);
      assert.match(requests[1] ?? '', /content-length: 11\r\n\r\n\{"plain":1\}$/);
    });
  }
}

for (const [status, endpointDown] of [
  [301, false],
  [400, false],
  [429, true],
  [503, true],
] as const) {
  test(`status ${status} is a failure`, async (t) => {
    const { post } = await start(t, (socket) => socket.write(`HTTP/1.1 ${status} So\r\nContent-Length: 0\r\n\r\n`));
    assert.deepEqual(await post(), { ok: false, error: `Answered with status ${status}`, endpointDown });
  });
}

test('a request on a connection that the server is closing is sent again on another one', async (t) => {
  const { post, requests, connections } = await start(t, (socket, _request, number) => {
    if (number === 2) socket.destroy();
    else socket.write(NO_CONTENT);
  });
  assert.deepEqual(await post('1'), { ok: true });
  assert.deepEqual(await post('2'), { ok: true });
  assert.equal(requests.length, 3);
  assert.equal(connections(), 2);
});

test('a connection that ends without an answer is a failure', async (t) => {
  const { post, requests } = await start(t, (socket) => socket.end());
  const attempt = await post();
  assert.deepEqual(attempt, { ok: false, error: 'The connection was closed without an answer', endpointDown: true });
  assert.equal(requests.length, 1);
});

test('an answer that is not HTTP, or whose head does not end, is a failure', async (t) => {
  const { post } = await start(t, (socket, _request, number) => {
    socket.write(number === 1 ? 'SSH-2.0-OpenSSH\r\n\r\n' : 'HTTP/1.1 200 OK\r\nA: '.padEnd(20_000, 'b'));
  });
  assert.deepEqual(await post(), { ok: false, error: 'The answer is not HTTP/1.1', endpointDown: true });
  assert.deepEqual(await post(), { ok: false, error: 'The head of the answer is too long', endpointDown: true });
});

test('invalid chunks and surplus data close the connection, but the answer counts', async (t) => {
  const { post, connections } = await start(t, (socket, _request, number) => {
    const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    socket.write(number === 1 ? `${chunked}hello\r\n` : `${NO_CONTENT}and more`);
  });
  for (let time = 0; time < 3; time++) assert.deepEqual(await post(), { ok: true });
  assert.equal(connections(), 3);
});

test('a request fails after the timeout, and its connection is not reused', async (t) => {
  const { post, connections } = await start(t, (socket, _request, number) => {
    if (number > 1) socket.write(NO_CONTENT);
  });
  assert.deepEqual(await post('', {}, 100), { ok: false, error: 'No answer within 100 ms', endpointDown: true });
  assert.deepEqual(await post(), { ok: true });
  assert.equal(connections(), 2);
});

test('concurrent requests get a connection each, and later requests reuse them', async (t) => {
  const { post, connections } = await start(t, (socket) => setTimeout(() => socket.write(NO_CONTENT), 20));
  const round = () => Promise.all(Array.from({ length: 20 }, () => post()));
  for (const attempt of [...(await round()), ...(await round())]) assert.deepEqual(attempt, { ok: true });
  assert.equal(connections(), 20);
});

test('header injection and invalid header names are refused', async (t) => {
  const { post, requests } = await start(t, (socket) => socket.write(NO_CONTENT));
  await assert.rejects(post('', { 'X-Key': 'a\r\nHost: other' }), { message: 'The header "X-Key" can\'t be sent' });
  await assert.rejects(post('', { 'X Key': 'a' }), { message: 'The header "X Key" can\'t be sent' });
  assert.deepEqual(await post('€', { 'X-Key': 'café' }), { ok: true });
  assert.equal(requests.length, 1);
});

test('a refused connection is reported', async (t) => {
  const sender = new HttpSender(outgoingDial('open'));
  t.after(() => sender.close());
  const attempt = await new Promise<Attempt>((resolve) =>
    postNotification(sender, new URL('http://127.0.0.1:1/'), {}, '', 5000, resolve),
  );
  assert.ok(!attempt.ok && attempt.endpointDown && attempt.error.includes('ECONNREFUSED'));
});

test('a name without a public address is not connected to if only those are allowed', async (t) => {
  const sender = new HttpSender(outgoingDial('public-only'));
  t.after(() => sender.close());
  const attempt = await new Promise<Attempt>((resolve) =>
    postNotification(sender, new URL('http://localhost:1/'), {}, '', 5000, resolve),
  );
  assert.deepEqual(attempt, { ok: false, error: 'localhost has no public address', endpointDown: true });
});
