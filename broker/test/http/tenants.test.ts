import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import { type RegisteringBroker, registrationOf, startRegisteringBroker } from '../registrations/registering-broker.ts';
import { eachDatabase } from '../support/index.ts';

/** A mark in everything that is written, so that any remainder is found. */
const MARK = 'betrayed';
const ENTITY = `urn:ngsi-ld:Secret:${MARK}`;
const ENDPOINT = { endpoint: { uri: 'http://127.0.0.1:9' } };

/** Creates one object of each kind in the tenant of the broker. Resolves to the id of its @context. */
async function fill(broker: RegisteringBroker): Promise<string> {
  const writes: [path: string, body: Record<string, unknown>][] = [
    [
      '/entities',
      { id: ENTITY, type: MARK, [MARK]: { type: 'Property', value: MARK, observedAt: '2026-01-01T00:00:00Z' } },
    ],
    [
      '/subscriptions',
      { id: `urn:s:${MARK}`, type: 'Subscription', entities: [{ type: MARK }], notification: ENDPOINT },
    ],
    ['/csourceRegistrations', registrationOf({ id: `urn:r:${MARK}`, information: [{ entities: [{ type: MARK }] }] })],
    [
      '/csourceSubscriptions',
      { id: `urn:c:${MARK}`, type: 'Subscription', entities: [{ type: 'X' }], notification: ENDPOINT },
    ],
  ];
  for (const [path, body] of writes) {
    const response = await broker.ask('POST', path, body);
    assert.equal(response.statusCode, 201, `${path}: ${response.body}`);
  }
  const context = await broker.ask('POST', '/jsonldContexts', { '@context': { [MARK]: `urn:${MARK}` } });
  return String(context.headers.location).split('/').at(-1) ?? '';
}

eachDatabase('4.14 Tenants', (test) => {
  test('is created, listed, described, emptied and dropped', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const { tenant } = broker;
    const ops = async (method: 'GET' | 'POST' | 'DELETE', path: string, payload?: Record<string, unknown>) =>
      broker.app.inject({ method, url: `/ops/tenants${path}`, ...(payload && { payload }) });
    assert.equal((await ops('POST', '', { name: tenant })).statusCode, 201);
    assert.equal((await ops('POST', '', { name: tenant })).statusCode, 409);
    assert.equal((await ops('POST', '', { name: 'with blank' })).statusCode, 400);
    assert.equal((await ops('POST', '', { name: tenant, size: 4 })).statusCode, 400);
    await fill(broker);
    const names = (await ops('GET', '')).json().map(({ name }: { name: string }) => name);
    assert.ok(names.includes(tenant) && names.includes('@default'));
    const { createdAt, usage, ...described } = (await ops('GET', `/${tenant}`)).json();
    assert.match(createdAt, /^\d{4}-/);
    assert.ok(usage.requests > 0);
    assert.deepEqual([usage.mails, usage.pushes, usage.jobs, usage.computeSeconds], [0, 0, 0, 0]);
    assert.deepEqual(described, {
      name: tenant,
      entities: 1,
      subscriptions: 1,
      registrations: 1,
      registrationSubscriptions: 1,
      contexts: 1,
      snapshots: 0,
      quotas: {},
      interop: {},
      notificationsOwed: 0,
    });

    assert.equal((await ops('POST', `/${tenant}/empty`)).statusCode, 204);
    const { entities, subscriptions, registrations, contexts } = (await ops('GET', `/${tenant}`)).json();
    assert.deepEqual([entities, subscriptions, registrations, contexts], [0, 0, 0, 0]);
    assert.equal((await broker.ask('GET', `/entities/${ENTITY}`)).statusCode, 404);
    assert.equal((await broker.ask('GET', `/temporal/entities/${ENTITY}`)).statusCode, 404);
    await eventually("the tenant's entities are gone", async () => (await broker.find(`type=${MARK}`)).length === 0);

    await fill(broker);
    assert.equal((await ops('DELETE', `/${tenant}`)).statusCode, 204);
    assert.equal((await ops('DELETE', `/${tenant}`)).statusCode, 404);
    assert.equal((await ops('GET', `/${tenant}`)).statusCode, 404);
    const gone = await broker.ask('GET', '/entities?local=true');
    assert.match(gone.json().type, /NonexistentTenant/);
    assert.equal((await ops('DELETE', '/@default')).statusCode, 400);
    // It can be created again, without its earlier contents.
    await broker.ask('POST', '/entities', { id: 'urn:a:new', type: 'New' });
    const recreated = await broker.ask('GET', '/entities?local=true');
    assert.deepEqual(
      recreated.json().map(({ id }: { id: string }) => id),
      ['urn:a:new'],
    );
  });
});
