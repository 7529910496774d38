import assert from 'node:assert/strict';
import { createBroker } from '../../src/main.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';

/** Refused writes that would otherwise create a tenant. */
const REFUSED: readonly (readonly [path: string, body: unknown, status: number])[] = [
  ['/entities', { id: 'no uri', type: 'T' }, 400],
  ['/entities', 'no JSON', 400],
  ['/entityOperations/create', [], 400],
  ['/entityOperations/upsert', [{ id: 'urn:a:b' }], 207],
  ['/entityOperations/create', [{ id: 'urn:a:b', type: 'T', a: null }, 7], 207],
  ['/temporal/entities', { id: 'urn:a:b' }, 400],
  ['/subscriptions', { type: 'Subscription' }, 400],
  ['/csourceRegistrations', { type: 'ContextSourceRegistration' }, 400],
  ['/jsonldContexts', { '@context': 7 }, 400],
];

const GOOD: readonly (readonly [path: string, body: unknown, status: number])[] = [
  ['/entities', { id: 'urn:a:b', type: 'T' }, 201],
  ['/entityOperations/upsert', [{ id: 'urn:a:b', type: 'T' }, { id: 'urn:a:c' }], 207],
  [
    '/subscriptions',
    { type: 'Subscription', entities: [{ type: 'T' }], notification: { endpoint: { uri: 'http://127.0.0.1:9/' } } },
    201,
  ],
];

eachDatabase('4.14, 5.5.10 The creation of tenants', (test) => {
  test('a refused write creates none, the first accepted one does', async (t, db) => {
    const broker = await createBroker({ db, publicUrl: 'http://127.0.0.1' });
    t.after(() => broker.close());
    const other = await createBroker({ db, publicUrl: 'http://127.0.0.1:2' });
    t.after(() => other.close());
    const post = async (tenant: string, [path, body, status]: (typeof REFUSED)[number]) => {
      const headers = { 'ngsild-tenant': tenant, 'content-type': 'application/json' };
      const payload = typeof body === 'string' ? body : JSON.stringify(body);
      const answer = await broker.app.inject({ method: 'POST', url: `/ngsi-ld/v1${path}`, headers, payload });
      assert.equal(answer.statusCode, status, `${path}: ${answer.body}`);
    };
    const get = async (tenant: string, { app } = broker) => {
      const headers = { 'ngsild-tenant': tenant };
      return (await app.inject({ url: '/ngsi-ld/v1/entities?local=true', headers })).statusCode;
    };

    const tenant = freshTenant();
    for (const request of REFUSED) {
      await post(tenant, request);
      assert.equal(await get(tenant), 404, `after ${request[0]}`);
    }
    for (const request of GOOD) {
      const begun = freshTenant();
      await post(begun, request);
      assert.equal(await get(begun), 200, `after ${request[0]}`);
      assert.equal(await get(begun, other), 200, 'and for another process');
    }
  });
});
