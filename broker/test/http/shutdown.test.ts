import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, createServer, get, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Worker } from 'node:worker_threads';
import { eventually } from '@alzette/kit/testing';
import { pino } from 'pino';
import { createBroker } from '../../src/main.ts';
import { eachDatabase } from '../support/index.ts';

eachDatabase('A single process that is shutting down', (test) => {
  test('accepts no new connection, and answers one last request on open ones', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://localhost:1026', logger: pino({ level: 'silent' }) });
    t.after(() => broker.close());
    await broker.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = broker.app.server.address() as { port: number };
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    const ask = async (by: Agent | false): Promise<IncomingMessage> => {
      const [answer] = await once(get({ host: '127.0.0.1', port, path: '/live', agent: by }), 'response');
      answer.resume();
      await once(answer, 'end');
      return answer;
    };
    await ask(agent);
    await broker.drain(0);
    await assert.rejects(ask(false), { code: 'ECONNREFUSED' });
    const last = await ask(agent);
    assert.equal(last.statusCode, 200);
    assert.equal(last.headers.connection, 'close');
    assert.equal(broker.unanswered(), 0);
  });

  test('tells how many requests are without a complete answer', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://localhost:1026', logger: pino({ level: 'silent' }) });
    t.after(() => broker.close());
    await broker.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = broker.app.server.address() as { port: number };
    const headers = { 'content-type': 'application/json', 'content-length': '9' };
    const post = request({ host: '127.0.0.1', port, path: '/ngsi-ld/v1/entities', method: 'POST', headers });
    post.on('error', () => {});
    post.write('{');
    await eventually('one request under way', () => broker.unanswered() === 1);
    post.destroy();
    await eventually('no request under way', () => broker.unanswered() === 0);
  });
});

eachDatabase('A process that is shutting down beside others', (test) => {
  test('answers every connection that was accepted, however busy it is', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://localhost:1026', logger: pino({ level: 'silent' }) });
    t.after(() => broker.close());
    await broker.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = broker.app.server.address() as { port: number };
    // Never a quiet turn of the event loop, and connections arrive meanwhile.
    const busy = setInterval(() => {
      const until = performance.now() + 20;
      while (performance.now() < until);
    }, 1);
    t.after(() => clearInterval(busy));
    const client = new Worker(new URL('connecting-client.ts', import.meta.url), { workerData: { port, atOnce: 8 } });
    t.after(() => client.terminate());
    await once(client, 'message');
    const ended = once(client, 'message');
    await broker.drain(400);
    const [ends] = await ended;
    assert.deepEqual(Object.keys(ends).sort(), ['ECONNREFUSED', 'answered'], JSON.stringify(ends));
  });

  test('tells a balancer by a read of its own that it is leaving, even if clients only write', async (t, db) => {
    let port = 0;
    const refused: string[] = [];
    // As nginx with the sample: it sets the header, and notices when its connection is closed without an answer.
    const balancer = createServer((asked, response) => {
      const headers = { 'alzette-leaving': 'close', 'alzette-own-read': `${asked.headers['alzette-own-read']}` };
      get({ host: '127.0.0.1', port, path: asked.url, agent: false, headers })
        .on('response', (answer) => answer.resume())
        .on('error', ({ code }: NodeJS.ErrnoException) => refused.push(`${code}`))
        .on('close', () => response.writeHead(200).end());
    }).listen(0, '127.0.0.1');
    await once(balancer, 'listening');
    t.after(() => balancer.close());
    const publicUrl = `http://127.0.0.1:${(balancer.address() as AddressInfo).port}`;
    const broker = await createBroker({ db, publicUrl, logger: pino({ level: 'silent' }) });
    t.after(() => broker.close());
    await broker.app.listen({ port: 0, host: '127.0.0.1' });
    port = (broker.app.server.address() as AddressInfo).port;
    await broker.drain(2000);
    // Not ECONNREFUSED: it still accepted connections.
    assert.equal(refused[0], 'ECONNRESET');
  });

  test('refuses reads before it closes, by closing their connections if the balancer asks for that', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://localhost:1026', logger: pino({ level: 'silent' }) });
    t.after(() => broker.close());
    await broker.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = broker.app.server.address() as { port: number };
    const ask = async (headers: Record<string, string>): Promise<unknown> => {
      const [answer] = await once(get({ host: '127.0.0.1', port, path: '/live', agent: false, headers }), 'response');
      return answer.resume().statusCode;
    };
    const asked = async (headers: Record<string, string>) => ask(headers).catch(({ code }) => code);
    const draining = broker.drain(2000);
    let status: unknown = 200;
    while (status === 200) status = await asked({});
    assert.equal(status, 503);
    assert.equal(await asked({ 'alzette-leaving': 'close' }), 'ECONNRESET');
    await draining;
  });
});
