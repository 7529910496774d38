import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { eachDatabase } from '../support/index.ts';
import { startMember } from './fleet.ts';

/*
 * What other brokers send to a source, and how they answer as one, written down from their published documentation: which
 * headers, forms and older contexts a neighbour really uses. No code of theirs runs here.
 */

type Document = Record<string, unknown>;

interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: Document;
}

interface Expected {
  readonly neighbour: string;
  readonly about: string;
  readonly status: number;
  /** Absent: any. */
  readonly body?: Document | readonly Document[];
}

interface Dialogues {
  readonly theirRequests: readonly (Expected & { readonly request: Request; readonly count?: string })[];
  readonly theirAnswers: readonly (Expected & {
    /** The type that is registered for the neighbour. */
    readonly type: string;
    readonly ask: Request;
    readonly answer: { readonly status: number; readonly headers: Record<string, string>; readonly body: unknown };
  })[];
}

const { theirRequests, theirAnswers } = JSON.parse(
  readFileSync(new URL('neighbours.json', import.meta.url), 'utf8'),
) as Dialogues;

const STORED = [
  { id: 'urn:E1', type: 'T', P1: { type: 'Property', value: 1 } },
  {
    id: 'urn:ngsi-ld:AirQuality:test1',
    type: 'AirQuality',
    co: { type: 'Property', value: 0.2, observedAt: '2023-10-17T04:25:00.000Z', unitCode: 'GP' },
  },
];

/** Without what a broker adds. */
function plain(body: unknown): unknown {
  const text = JSON.stringify(body, (name, value) =>
    name === '@context' || name === 'createdAt' || name === 'modifiedAt' ? undefined : value,
  );
  return text === undefined ? undefined : JSON.parse(text);
}

async function startNeighbour(t: TestContext, answer: Dialogues['theirAnswers'][number]['answer']) {
  const seen: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];
  const server = createServer(({ url = '', headers }, response) => {
    seen.push({ url, headers });
    response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

eachDatabase('Neighbours', (test) => {
  test('ask us as a source', async (t, db) => {
    const us = await startMember(t, db);
    assert.equal((await us.ask('POST', '/entityOperations/create', STORED)).status, 201);
    for (const { neighbour, about, request, status, body, count } of theirRequests) {
      await t.test(`${neighbour}: ${about}`, async () => {
        const { method, path, headers } = request;
        const answer = await us.ask(method, path, request.body, headers);
        assert.equal(answer.status, status, JSON.stringify(answer.body));
        if (body !== undefined) assert.deepEqual(plain(answer.body), body);
        if (count !== undefined) assert.equal(answer.headers.get('ngsild-results-count'), count);
        if (headers?.accept === 'application/ld+json') assert.ok(answer.body[0]['@context'], 'no @context');
      });
    }
  });

  for (const { neighbour, about, type, ask, answer, status, body } of theirAnswers) {
    test(`answer us: ${neighbour} with ${about}`, async (t, db) => {
      const [us, them] = [await startMember(t, db), await startNeighbour(t, answer)];
      const mode = ask.method === 'GET' ? 'inclusive' : 'redirect';
      const operations = mode === 'redirect' ? ['redirectionOps'] : ['federationOps'];
      await us.register({ endpoint: them.endpoint, information: [{ entities: [{ type }] }], mode, operations });
      const found = await us.ask(ask.method, ask.path, ask.body);
      assert.equal(found.status, status, JSON.stringify(found.body));
      if (body !== undefined) assert.deepEqual(plain(found.body), body);
      const [request] = them.seen;
      assert.equal(them.seen.length, 1, 'it was asked once');
      assert.ok(request?.url.startsWith(`/ngsi-ld/v1/entities`), request?.url);
      // By these an older broker reads the names of the request, and none asks in a circle.
      assert.match(String(request?.headers.link), /json-ld#context/);
      assert.match(String(request?.headers.via), /^1\.1 /);
    });
  }
});
