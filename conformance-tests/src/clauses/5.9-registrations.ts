import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectBody, expectNoContent, expectProblem, expectSame, expectStatus, expectThat } from '../expect.ts';
import type { Broker, Json } from '../rig/broker.ts';

const PATH = '/csourceRegistrations';

function registration(broker: Broker, type: string, members: Json = {}): Json & { readonly id: string } {
  return {
    id: broker.id('ContextSourceRegistration'),
    type: 'ContextSourceRegistration',
    information: [{ entities: [{ type }] }],
    endpoint: 'http://127.0.0.1:9/source',
    ...members,
  };
}

const pathOf = (id: string) => `${PATH}/${encodeURIComponent(id)}`;

export const registrations = clause('5.9', 'Context source registrations', ({ test }) => {
  test('are returned as they were created', async (broker) => {
    const made = registration(broker, broker.name(), {
      description: 'a source',
      mode: 'inclusive',
      expiresAt: '2999-01-01T00:00:00Z',
    });
    expectStatus(await broker.post(PATH, made), 201);
    expectBody(await broker.get(pathOf(made.id)), made);
  });

  test('are unique', async (broker) => {
    const made = registration(broker, broker.name());
    expectStatus(await broker.post(PATH, made), 201);
    expectProblem(await broker.post(PATH, made), 'AlreadyExists');
  });

  const wrong: readonly [what: string, members: Json][] = [
    ['no information', { information: undefined }],
    ['empty information', { information: [] }],
    ['an id alone in place of an entity type', { information: [{ entities: [{ id: 'urn:x:1' }] }] }],
    ['an idPattern alone in place of an entity type', { information: [{ entities: [{ idPattern: '^urn:x:' }] }] }],
    ['no endpoint', { endpoint: undefined }],
    ['an unknown mode', { mode: 'shared' }],
    ['an unknown operation', { operations: ['queryEverything'] }],
    ['a timeout that is no number', { management: { timeout: 'x' } }],
    ['an expiry in the past', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['an exclusive mode without ids', { mode: 'exclusive' }],
  ];
  for (const [what, members] of wrong) {
    test(`are refused with ${what}`, async (broker) => {
      expectProblem(await broker.post(PATH, registration(broker, broker.name(), members)), 'BadRequestData');
    });
  }

  test('are updated member by member, and null removes one', async (broker) => {
    const made = registration(broker, broker.name(), { description: 'old', expiresAt: '2999-01-01T00:00:00Z' });
    expectStatus(await broker.post(PATH, made), 201);
    expectNoContent(await broker.patch(pathOf(made.id), { description: 'new', expiresAt: null }));
    const { expiresAt: _, ...left } = made as Json;
    expectBody(await broker.get(pathOf(made.id)), { ...left, description: 'new' });
    expectProblem(await broker.patch(pathOf(made.id), { information: null }), 'BadRequestData');
  });

  test('that are exclusive conflict with stored entities', async (broker) => {
    const type = broker.name();
    const id = await broker.create({ type, a: property(1) });
    const information = [{ entities: [{ type, id }], propertyNames: ['a'] }];
    expectProblem(await broker.post(PATH, registration(broker, type, { mode: 'exclusive', information })), 'Conflict');
  });

  test('that are exclusive conflict with one another', async (broker) => {
    const type = broker.name();
    const information = [{ entities: [{ type, id: broker.id(type) }], propertyNames: ['a'] }];
    expectStatus(await broker.post(PATH, registration(broker, type, { mode: 'exclusive', information })), 201);
    expectProblem(await broker.post(PATH, registration(broker, type, { mode: 'exclusive', information })), 'Conflict');
  });

  test('do not exist after they are deleted', async (broker) => {
    const made = registration(broker, broker.name());
    expectStatus(await broker.post(PATH, made), 201);
    expectNoContent(await broker.delete(pathOf(made.id)));
    expectProblem(await broker.get(pathOf(made.id)), 'ResourceNotFound');
  });
});

export const discovery = clause('5.10', 'Discovery of context sources', ({ test }) => {
  test('finds a source by type, id and attribute, and not by others', async (broker) => {
    const type = broker.name();
    const entity = broker.id(type);
    const made = registration(broker, type, {
      information: [{ entities: [{ type, id: entity }], propertyNames: ['a'] }],
    });
    expectStatus(await broker.post(PATH, made), 201);
    expectBody(await broker.get(PATH, { query: { type } }), [made]);
    expectBody(await broker.get(PATH, { query: { type, id: entity, attrs: 'a' } }), [made]);
    expectBody(await broker.get(PATH, { query: { type, attrs: 'b' } }), []);
    expectBody(await broker.get(PATH, { query: { type, id: broker.id(type) } }), []);
  });

  test('finds sources of past data only by a temporal query', async (broker) => {
    const type = broker.name();
    const observationInterval = { startAt: '2026-01-01T00:00:00Z', endAt: '2026-02-01T00:00:00Z' };
    const made = registration(broker, type, { observationInterval });
    expectStatus(await broker.post(PATH, made), 201);
    expectBody(await broker.get(PATH, { query: { type } }), []);
    const before = { type, timerel: 'before', timeAt: '2026-01-15T00:00:00Z' };
    expectBody(await broker.get(PATH, { query: before }), [made]);
  });

  test('refuses a query without any filter', async (broker) => {
    expectProblem(await broker.get(PATH), 'BadRequestData');
  });
});

export const sourceSubscriptions = clause('5.11', 'Subscriptions to context sources', ({ test }) => {
  test('are notified of a source that is registered, changed and deleted', async (broker, { receiver }) => {
    const [type, endpoint] = [broker.name(), receiver.endpoint()];
    const id = broker.id('Subscription');
    const notification = { endpoint: { uri: endpoint.url } };
    const subscription = { id, type: 'Subscription', entities: [{ type }], notification };
    expectStatus(await broker.post('/csourceSubscriptions', subscription), 201);
    const made = registration(broker, type);
    const reasons: unknown[] = [];
    const next = async () => {
      const { body } = await endpoint.next();
      reasons.push((body as Json).triggerReason);
    };
    expectStatus(await broker.post(PATH, made), 201);
    await next();
    expectNoContent(await broker.patch(pathOf(made.id), { description: 'changed' }));
    await next();
    const last = await broker.delete(pathOf(made.id));
    expectNoContent(last);
    await next();
    const notifiedReasons = reasons.join();
    expectThat(
      notifiedReasons === 'newlyMatching,updated,noLongerMatching',
      `newlyMatching, updated, noLongerMatching; notified ${notifiedReasons}`,
      last,
    );
  });

  test('with a time interval are notified first of new matches, then of the same as updated', async (broker, rig) => {
    const [type, endpoint] = [broker.name(), rig.receiver.endpoint()];
    // Of one entity, so that cases that run beside it don't ask this source for theirs.
    const information = [{ entities: [{ type, id: broker.id(type) }] }];
    expectStatus(await broker.post(PATH, registration(broker, type, { information })), 201);
    const id = broker.id('Subscription');
    const notification = { endpoint: { uri: endpoint.url } };
    const subscription = { id, type: 'Subscription', entities: [{ type }], timeInterval: 1, notification };
    const answer = await broker.post('/csourceSubscriptions', subscription);
    expectStatus(answer, 201);
    const reasons: unknown[] = [];
    while (reasons.length < 3) reasons.push(((await endpoint.next()).body as Json).triggerReason);
    expectSame(reasons, ['newlyMatching', 'updated', 'updated'], answer);
  });
});
