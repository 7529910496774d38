import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectHeader, expectIds, expectNoContent, expectStatus, expectThat } from '../expect.ts';
import { type Broker, entityPath, type Json } from '../rig/broker.ts';
import type { Rig } from '../rig/rig.ts';
import type { Source, SourceAnswer, SourceRequest } from '../rig/sources.ts';
import { until } from '../until.ts';

interface Registered {
  readonly source: Source;
  readonly type: string;
  readonly id: string;
}

/** Registers a source with one entity of a type that is unique to the case. */
async function register(
  broker: Broker,
  { sources }: Rig,
  registration: Json,
  information: Json,
  answer: (entity: Json, request: SourceRequest) => SourceAnswer,
): Promise<Registered> {
  const [type, id] = [broker.name('Vehicle'), broker.id('Vehicle')];
  const entity = { id, type, speed: property(50), brand: property('there') };
  const source = sources.open((request) => answer(entity, request));
  const body = {
    id: broker.id('ContextSourceRegistration'),
    type: 'ContextSourceRegistration',
    information: [{ entities: [{ type, id }], ...information }],
    endpoint: source.endpoint,
    // Without lists of types, which other cases request.
    operations: ['retrieveOps'],
    ...registration,
  };
  expectStatus(await broker.post('/csourceRegistrations', body), 201);
  return { source, type, id };
}

const whole = (entity: Json, { path }: SourceRequest): SourceAnswer =>
  path === '/entities' ? { status: 200, body: [entity] } : { status: 200, body: entity };

export const distributedOperations = clause('4.3.6', 'Distributed operations', ({ test }) => {
  test('combines the attributes of a source with the stored ones', async (broker, rig) => {
    const { type, id } = await register(broker, rig, {}, {}, whole);
    const local = { query: { local: true } };
    expectStatus(await broker.post('/entities', { id, type, colour: property('red') }, local), 201);
    const answer = await broker.get(entityPath(id));
    expectStatus(answer, 200);
    const { speed, colour } = answer.body as Json;
    expectThat(speed !== undefined && colour !== undefined, 'speed and colour', answer);
    expectIds(await broker.get('/entities', { query: { type } }), [id]);
  });

  test('calls no source with local=true', async (broker, rig) => {
    const { source, id } = await register(broker, rig, {}, {}, whole);
    const answer = await broker.get(entityPath(id), { query: { local: true } });
    expectStatus(answer, 404);
    expectThat(source.seen.length === 0, 'no request to the source', answer);
  });

  test('requests from a source only registered attributes, and uses no others', async (broker, rig) => {
    const { source, id } = await register(broker, rig, {}, { propertyNames: ['speed'] }, whole);
    const answer = await broker.get(entityPath(id));
    expectStatus(answer, 200);
    const { speed, brand } = answer.body as Json;
    expectThat(speed !== undefined && brand === undefined, 'speed alone', answer);
    expectThat(source.seen[0]?.query.get('attrs') === 'speed', 'attrs=speed in the request to the source', answer);
  });

  test('returns data of an auxiliary source if there are no others', async (broker, rig) => {
    const auxiliary = { mode: 'auxiliary' };
    const { type, id } = await register(broker, rig, auxiliary, {}, whole);
    const local = { query: { local: true } };
    expectStatus(await broker.post('/entities', { id, type, brand: property('here') }, local), 201);
    const answer = await broker.get(entityPath(id), { query: { format: 'simplified' } });
    const { speed, brand } = answer.body as Json;
    expectThat(speed === 50 && brand === 'here', 'speed of the source and the brand stored here', answer);
  });

  test('writes exclusive data only to their source', async (broker, rig) => {
    const operations = ['createEntity', 'updateEntity', 'deleteEntity', 'retrieveOps'];
    const exclusive = { mode: 'exclusive', operations };
    const information = { propertyNames: ['speed'] };
    const { source, type, id } = await register(broker, rig, exclusive, information, (entity, request) =>
      request.method === 'GET' ? whole(entity, request) : { status: request.method === 'POST' ? 201 : 204 },
    );
    const entity = { id, type, speed: property(1), brand: property('here') };
    const created = await broker.post('/entities', entity);
    expectStatus(created, 201);
    const forwarded = source.seen.find(({ method }) => method === 'POST')?.body as Json | undefined;
    expectThat(forwarded?.speed !== undefined && forwarded.brand === undefined, 'speed alone to the source', created);
    const here = await broker.get(entityPath(id), { query: { local: true } });
    expectThat((here.body as Json).speed === undefined, 'no speed stored here', here);
    expectNoContent(await broker.patch(`${entityPath(id)}/attrs`, { speed: property(2) }));
  });

  test('answers 409 if the exclusive source is not registered for the operation', async (broker, rig) => {
    const exclusive = { mode: 'exclusive' };
    const { source, type, id } = await register(broker, rig, exclusive, { propertyNames: ['speed'] }, whole);
    const answer = await broker.post('/entities', { id, type, speed: property(1) });
    expectStatus(answer, 409);
    expectThat(source.seen.length === 0, 'no request to the source', answer);
  });

  test('answers 207 if a source fails', async (broker, rig) => {
    const inclusive = { operations: ['createEntity'] };
    const { type, id } = await register(broker, rig, inclusive, {}, () => ({ status: 403 }));
    const answer = await broker.post('/entities', { id, type, speed: property(1) });
    expectStatus(answer, 207);
    const { success, errors } = answer.body as { success: unknown[]; errors: unknown[] };
    expectThat(success.includes(id) && errors.length === 1, 'the entity in success, one error', answer);
  });

  test('appends its own name to the received Via', async (broker, rig) => {
    const { source, id } = await register(broker, rig, {}, {}, whole);
    const answer = await broker.get(entityPath(id), { headers: { Via: '1.1 elsewhere' } });
    const via = String(source.seen[0]?.headers.via);
    expectThat(/^1\.1 elsewhere, 1\.1 \S+$/.test(via), 'Via: 1.1 elsewhere, 1.1 …', answer);
  });

  test('calls no source that is in Via', async (broker, rig) => {
    const contextSourceAlias = broker.name('alias');
    const { source, id } = await register(broker, rig, { contextSourceAlias }, {}, whole);
    const answer = await broker.get(entityPath(id), { headers: { Via: `1.1 ${contextSourceAlias}` } });
    expectStatus(answer, 404);
    expectThat(source.seen.length === 0, 'no request to the source', answer);
  });

  test('sends the headers that a registration names', async (broker, rig) => {
    const contextSourceInfo = [
      { key: 'X-Own', value: 'own' },
      { key: 'user', value: 'urn:ngsi-ld:request' },
    ];
    const { source, id } = await register(broker, rig, { contextSourceInfo }, {}, whole);
    const answer = await broker.get(entityPath(id), { headers: { user: 'passed' } });
    const { 'x-own': own, user: passed } = source.seen[0]?.headers ?? {};
    expectThat(own === 'own' && passed === 'passed', 'both headers in the request to the source', answer);
  });
});

export const warnings = clause('6.3.17', 'Warnings of sources', ({ test }) => {
  test('warns with 199 of a source that does not answer in time', async (broker, rig) => {
    const { type } = await register(broker, rig, { management: { timeout: 200 } }, {}, () => 'silent');
    const answer = await broker.get('/entities', { query: { type } });
    expectStatus(answer, 200);
    expectHeader(answer, 'ngsild-warning', /^199 /);
  });

  test('warns with 299 of a source that refuses, with 111 of an invalid answer', async (broker, rig) => {
    for (const [status, code] of [
      [403, /^299 /],
      [200, /^111 /],
    ] as const) {
      const { id } = await register(broker, rig, {}, {}, () => ({ status, body: ['no entity'] }));
      expectHeader(await broker.get(entityPath(id)), 'ngsild-warning', code);
    }
  });

  test('does not warn of a source without the entity', async (broker, rig) => {
    const { id } = await register(broker, rig, {}, {}, () => ({ status: 404 }));
    const answer = await broker.get(entityPath(id));
    expectStatus(answer, 404);
    expectHeader(answer, 'ngsild-warning', undefined);
  });
});

export const distributedSubscriptions = clause('5.8.1.4', 'Subscriptions at sources', ({ test }) => {
  test('copies a subscription to a source, with its own endpoint', async (broker, rig) => {
    const { type, id } = { type: broker.name('Vehicle'), id: broker.id('Subscription') };
    const source = rig.sources.open(({ method }) => ({ status: method === 'POST' ? 201 : 204 }));
    const registration = {
      id: broker.id('ContextSourceRegistration'),
      type: 'ContextSourceRegistration',
      information: [{ entities: [{ type }] }],
      operations: ['createSubscription', 'updateSubscription', 'deleteSubscription'],
      endpoint: source.endpoint,
    };
    expectStatus(await broker.post('/csourceRegistrations', registration), 201);
    const subscriber = rig.receiver.endpoint();
    await broker.subscribe({ id, entities: [{ type }], notification: { endpoint: { uri: subscriber.url } } });
    const last = await broker.get(`/subscriptions/${id}`);
    await until(() => source.seen.some(({ method, path }) => method === 'POST' && path === '/subscriptions'));
    const copy = source.seen.find(({ method }) => method === 'POST')?.body as { notification?: Json } | undefined;
    const endpoint = (copy?.notification?.endpoint as Json | undefined)?.uri;
    expectThat(endpoint !== undefined && endpoint !== subscriber.url, 'a copy that notifies the broker', last);
    expectNoContent(await broker.delete(`/subscriptions/${id}`));
    await until(() => source.seen.some(({ method }) => method === 'DELETE'));
    expectThat(
      source.seen.some(({ method, path }) => method === 'DELETE' && path.startsWith('/subscriptions/')),
      'the copy to be deleted',
      last,
    );
  });
});
