import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Entity, type HttpClientOptions, httpClient, NgsiLdClientError, queryAll } from '../src/index.ts';

interface Received {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: unknown;
}

interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Cuts the connection instead of answering. */
  cut?: boolean;
}

/** A broker of canned answers: the n-th request gets the n-th reply, later ones the last. */
async function startServer(t: TestContext, ...replies: Reply[]) {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const text = Buffer.concat(chunks).toString();
    const { method = '', url = '', headers } = request;
    received.push({ method, url, headers, body: text === '' ? undefined : JSON.parse(text) });
    const reply = replies[Math.min(received.length, replies.length) - 1] ?? {};
    if (reply.cut) return void request.socket.destroy();
    response.writeHead(reply.status ?? 200, reply.headers);
    response.end(
      reply.body === undefined ? undefined : typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const LAMP: Entity = {
  id: 'urn:ngsi-ld:Streetlight:1',
  type: 'Streetlight',
  powerState: { type: 'Property', value: 'on' },
};
const CONTEXT = 'https://x.example/c.jsonld';
const CONTEXT_LINK = `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
const TRANSPORTS: [string, HttpClientOptions][] = [
  ['undici', {}],
  ['fetch', { fetch: globalThis.fetch }],
];

for (const [transport, options] of TRANSPORTS) {
  describe(`the client over ${transport}`, () => {
    test('creates an entity with the context by Link and the tenant by header', async (t) => {
      const { url, received } = await startServer(t, { status: 201, headers: { location: '/x' } });
      await httpClient(url, { ...options, context: CONTEXT, tenant: 'lux' }).createEntity(LAMP);

      const [{ method, url: path, headers, body }] = received as [Received];
      assert.deepEqual([method, path, body], ['POST', '/ngsi-ld/v1/entities', LAMP]);
      assert.equal(headers['content-type'], 'application/json');
      assert.equal(headers.link, CONTEXT_LINK);
      assert.equal(headers['ngsild-tenant'], 'lux');
    });

    test('sends a body with a @context as JSON-LD, without Link', async (t) => {
      const { url, received } = await startServer(t, { status: 201 });
      await httpClient({ url, ...options, context: CONTEXT }).createEntity({ ...LAMP, '@context': CONTEXT });
      assert.equal(received[0]?.headers['content-type'], 'application/ld+json');
      assert.equal(received[0]?.headers.link, undefined);
    });

    test('retrieves in the requested format, undefined for a missing entity', async (t) => {
      const problem = { type: 'https://uri.etsi.org/ngsi-ld/errors/ResourceNotFound', title: 'x', detail: 'y' };
      const { url, received } = await startServer(t, { body: LAMP }, { status: 404, body: problem });
      const client = httpClient(url, options);

      const found = await client.retrieveEntity(LAMP.id, {
        format: 'simplified',
        sysAttrs: true,
        pick: ['id', 'powerState'],
      });
      assert.deepEqual(found, LAMP);
      assert.equal(
        received[0]?.url,
        `/ngsi-ld/v1/entities/${encodeURIComponent(LAMP.id)}?options=keyValues%2CsysAttrs&pick=id%2CpowerState`,
      );
      assert.equal(await client.retrieveEntity('urn:x:y'), undefined);
    });

    test('queries with every parameter and reads the count', async (t) => {
      const { url, received } = await startServer(t, { body: [LAMP], headers: { 'NGSILD-Results-Count': '41' } });
      const page = await httpClient(url, options).queryEntities({
        type: 'Streetlight',
        id: ['urn:a:1', 'urn:a:2'],
        q: 'powerState=="on"',
        georel: 'near;maxDistance==2000',
        geometry: 'Point',
        coordinates: [6, 49],
        limit: 10,
        offset: 20,
        count: true,
        local: true,
        format: 'concise',
      });
      assert.deepEqual(page, { entities: [LAMP], count: 41 });
      const parameters = Object.fromEntries(new URL(received[0]?.url ?? '', url).searchParams);
      assert.deepEqual(parameters, {
        options: 'concise',
        type: 'Streetlight',
        id: 'urn:a:1,urn:a:2',
        q: 'powerState=="on"',
        georel: 'near;maxDistance==2000',
        geometry: 'Point',
        coordinates: '[6,49]',
        limit: '10',
        offset: '20',
        count: 'true',
        local: 'true',
      });
    });

    test('throws a problem as an error', async (t) => {
      const problem = {
        type: 'https://uri.etsi.org/ngsi-ld/errors/AlreadyExists',
        title: 'Already exists',
        detail: 'it is there',
      };
      const { url } = await startServer(t, { status: 409, body: problem });
      await assert.rejects(httpClient(url, options).createEntity(LAMP), (error) => {
        assert.ok(error instanceof NgsiLdClientError);
        assert.equal(error.status, 409);
        assert.deepEqual(error.problem, { ...problem, status: 409 });
        return true;
      });
    });

    test('creates a problem from an error answer without one', async (t) => {
      const { url } = await startServer(t, { status: 500, body: '<h1>Oops</h1>' });
      await assert.rejects(httpClient(url, options).deleteEntity('urn:a:1'), {
        status: 500,
        message: 'HTTP status 500: <h1>Oops</h1>',
      });
    });

    test('splits a large upsert and joins the results', async (t) => {
      const lamps = Array.from({ length: 5 }, (_, n) => ({ id: `urn:a:${n}`, type: 'Streetlight' }));
      const failure = { entityId: 'urn:a:2', error: { type: 't', title: 't', detail: 'd' } };
      const { url, received } = await startServer(
        t,
        { status: 201, body: ['urn:a:0'] },
        { status: 207, body: { success: ['urn:a:3'], errors: [failure] } },
        { status: 204 },
      );
      const result = await httpClient(url, { ...options, batchSize: 2 }).batchUpsert(lamps, { update: true });
      assert.deepEqual(result, { success: ['urn:a:0', 'urn:a:1', 'urn:a:3', 'urn:a:4'], errors: [failure] });
      assert.deepEqual(
        received.map(({ body }) => (body as unknown[]).length),
        [2, 2, 1],
      );
      assert.equal(received[0]?.url, '/ngsi-ld/v1/entityOperations/upsert?options=update');
    });

    test('repeats a query after a lost connection and a 503, within its retries', async (t) => {
      const busy = { status: 503, headers: { 'retry-after': '0' } };
      const { url, received } = await startServer(t, { cut: true }, busy, { body: [] });
      assert.deepEqual(await httpClient(url, options).queryEntities({ type: 'T' }), { entities: [] });
      assert.equal(received.length, 3);
    });

    test('gives up after its retries, and never repeats a creation', async (t) => {
      const { url, received } = await startServer(t, { status: 503, headers: { 'retry-after': '0' } });
      const client = httpClient(url, { ...options, retries: 1 });
      await assert.rejects(client.retrieveEntity('urn:a:1'), { status: 503 });
      assert.equal(received.length, 2);
      await assert.rejects(client.createEntity(LAMP), { status: 503 });
      assert.equal(received.length, 3);
    });

    test('treats a 404 for a repeated deletion as success', async (t) => {
      const { url } = await startServer(t, { cut: true }, { status: 404 });
      const client = httpClient(url, options);
      await client.deleteEntity('urn:a:1');
      await assert.rejects(client.deleteEntity('urn:a:1'), { status: 404 });
    });

    test('stops when aborted, also while it waits for a retry', async (t) => {
      const { url, received } = await startServer(t, { status: 503, headers: { 'retry-after': '60' } });
      const abort = new AbortController();
      const query = httpClient(url, options).queryEntities({ type: 'T', signal: abort.signal });
      const isAborted = assert.rejects(query, { name: 'AbortError' });
      while (received.length === 0) await pause(5);
      await pause(50); // by now it waits
      abort.abort();
      await isAborted;
      assert.equal(received.length, 1);
    });

    test('reads the id of a new subscription from its location', async (t) => {
      const { url } = await startServer(t, {
        status: 201,
        headers: { location: '/ngsi-ld/v1/subscriptions/urn:ngsi-ld:Subscription:7' },
      });
      assert.equal(
        await httpClient(url, options).createSubscription({ type: 'Subscription' }),
        'urn:ngsi-ld:Subscription:7',
      );
    });

    test('reads all pages', async (t) => {
      const { url, received } = await startServer(t, { body: [LAMP, LAMP] }, { body: [LAMP, LAMP] }, { body: [LAMP] });
      let seen = 0;
      for await (const entity of queryAll(httpClient(url, options), { type: 'Streetlight', limit: 2 })) {
        assert.deepEqual(entity, LAMP);
        seen += 1;
      }
      assert.equal(seen, 5);
      assert.match(received[2]?.url ?? '', /limit=2&offset=4/);
    });
  });
}
