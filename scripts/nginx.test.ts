import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { startNginx } from './nginx.ts';
import { findProgram, freePort } from './programs.ts';

const nginx = findProgram('nginx');
const skip = nginx === undefined && 'nginx is missing';
const REQUESTS = 20;

/** A process that answers every request like this. */
async function upstream(status: number, headers: Record<string, string> = {}) {
  const server = createServer((_request, response) => response.writeHead(status, headers).end()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

async function answers(port: number, method: string): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (let nth = 0; nth < REQUESTS; nth++) {
    const { status, headers } = await fetch(`http://127.0.0.1:${port}/`, { method });
    const answer = `${status} ${headers.get('retry-after')}`;
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  return counts;
}

test('clients get the 503 of overloaded processes behind the sample of nginx, and never a 502', { skip }, async (t) => {
  const overloaded = await upstream(503, { 'retry-after': '5' });
  t.after(() => overloaded.server.close());
  const port = await freePort();
  // The other process is being restarted.
  const proxy = await startNginx(nginx as string, port, [overloaded.port, await freePort()]);
  t.after(() => proxy.stop());
  for (const method of ['GET', 'POST']) {
    assert.deepEqual([...(await answers(port, method))], [['503 5', REQUESTS]], method);
  }
});

test('a read goes to another process behind the sample of nginx if one is leaving', { skip }, async (t) => {
  const leaving = createServer(({ headers, socket }, response) => {
    if (headers['alzette-leaving'] === 'close') socket.destroy();
    else response.writeHead(503).end();
  }).listen(0, '127.0.0.1');
  await once(leaving, 'listening');
  const staying = await upstream(200);
  t.after(() => leaving.close());
  t.after(() => staying.server.close());
  const port = await freePort();
  const proxy = await startNginx(nginx as string, port, [(leaving.address() as AddressInfo).port, staying.port]);
  t.after(() => proxy.stop());
  assert.deepEqual([...(await answers(port, 'GET'))], [['200 null', REQUESTS]]);
});
