import { randomBytes } from 'node:crypto';
import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectBody, expectHeader, expectIds, expectProblem, expectStatus, expectThat } from '../expect.ts';
import { attributePath, type Broker, entityPath, subscriptionPath } from '../rig/broker.ts';

function twoTenants(broker: Broker): { tenant: string; other: string } {
  const { tenant } = broker.settings;
  if (tenant === undefined) broker.skip('the run is in the default tenant');
  return { tenant, other: unknownTenant() };
}

function unknownTenant(): string {
  return `conformance_${randomBytes(5).toString('hex')}`;
}

export const tenants = clause('5.5.10', 'Tenants', ({ test }) => {
  test('separate entities', async (broker) => {
    const { other } = twoTenants(broker);
    const [id, type] = [broker.id(), broker.name()];
    await broker.create({ id, type, a: property(1) });
    await broker.create({ id, type, a: property(2) }, { tenant: other });
    expectBody(await broker.get(entityPath(id)), { id, type, a: property(1) });
    expectBody(await broker.get('/entities', { query: { type }, tenant: other }), [{ id, type, a: property(2) }]);
    expectProblem(await broker.get(entityPath(id), { tenant: '' }), 'ResourceNotFound');
    expectStatus(await broker.delete(entityPath(id), { tenant: other }), 204);
    expectBody(await broker.get(entityPath(id)), { id, type, a: property(1) });
  });

  test('separate subscriptions', async (broker, { receiver }) => {
    const { other } = twoTenants(broker);
    const [type, endpoint] = [broker.name(), receiver.endpoint()];
    const id = await broker.subscribe({ entities: [{ type }], notification: { endpoint: { uri: endpoint.url } } });
    await broker.create({ type, a: property(1) }, { tenant: other });
    expectProblem(await broker.get(subscriptionPath(id), { tenant: other }), 'ResourceNotFound');
    await endpoint.quiet();
  });

  test('separate @contexts, including those fetched for one of them', async (broker, { contexts }) => {
    const { other } = twoTenants(broker);
    const context = contexts.serve({ colour: 'https://example.org/colour' });
    await broker.create({ type: broker.name(), colour: property(1) }, { context });
    await broker.create({ type: broker.name(), a: property(1) }, { tenant: other });
    const lists = (answer: { body: unknown }) => JSON.stringify(answer.body).includes(context);
    const own = await broker.get('/jsonldContexts');
    expectThat(lists(own), 'the @context is listed to the tenant that has used it', own);
    const others = await broker.get('/jsonldContexts', { tenant: other });
    expectThat(!lists(others), 'it is not listed to another tenant', others);
    const path = `/jsonldContexts/${encodeURIComponent(context)}`;
    expectStatus(await broker.get(path, { query: { details: 'true' } }), 200);
    expectProblem(await broker.get(path, { query: { details: 'true' }, tenant: other }), 'ResourceNotFound');
    expectProblem(await broker.delete(path, { tenant: other }), 'ResourceNotFound');
    expectStatus(await broker.delete(path), 204);
  });

  test('are named in every answer', async (broker) => {
    const { tenant } = twoTenants(broker);
    const id = await broker.create({ type: broker.name() });
    for (const answer of [
      await broker.get(entityPath(id)),
      await broker.get(entityPath(broker.id())),
      await broker.post('/entities', '{'),
      await broker.patch(`${entityPath(id)}/attrs`, { a: property(1) }),
    ]) {
      expectHeader(answer, 'NGSILD-Tenant', tenant);
    }
  });

  for (const [what, send] of [
    ['Retrieve Entity', (broker, tenant) => broker.get(entityPath(broker.id()), { tenant })],
    ['Query Entities', (broker, tenant) => broker.get('/entities', { query: { type: 'A' }, tenant })],
    ['Delete Entity', (broker, tenant) => broker.delete(entityPath(broker.id()), { tenant })],
    [
      'Update Attributes',
      (broker, tenant) => broker.patch(`${entityPath(broker.id())}/attrs`, { a: property(1) }, { tenant }),
    ],
    [
      'Partial Attribute Update',
      (broker, tenant) => broker.patch(attributePath(broker.id(), 'a'), { value: 1 }, { tenant }),
    ],
    ['the list of types', (broker, tenant) => broker.get('/types', { tenant })],
    ['the list of subscriptions', (broker, tenant) => broker.get('/subscriptions', { tenant })],
  ] as readonly (readonly [string, (broker: Broker, tenant: string) => ReturnType<Broker['get']>])[]) {
    test(`that are unknown give 404 NonexistentTenant to ${what}`, async (broker) => {
      twoTenants(broker);
      const tenant = unknownTenant();
      const answer = await send(broker, tenant);
      expectProblem(answer, 'NonexistentTenant');
      expectHeader(answer, 'NGSILD-Tenant', tenant);
    });
  }

  test('are created by a batch of entities and by a subscription', async (broker) => {
    const { other } = twoTenants(broker);
    const type = broker.name();
    const id = broker.id();
    await broker.createAll([{ id, type }], { tenant: other });
    expectIds(await broker.get('/entities', { query: { type }, tenant: other }), [id]);
    const third = unknownTenant();
    await broker.subscribe(
      { entities: [{ type }], notification: { endpoint: { uri: 'http://127.0.0.1:9/' } } },
      { tenant: third },
    );
    expectIds(await broker.get('/entities', { query: { type }, tenant: third }), []);
  });
});
