import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import {
  at,
  expectBatchResult,
  expectBody,
  expectHeader,
  expectIds,
  expectNoContent,
  expectProblem,
  expectSame,
  expectStatus,
} from '../expect.ts';
import { type Broker, contextLink, entityPath, type Json } from '../rig/broker.ts';

const PATH = '/csourceRegistrations';
const CORE = 'https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v';
const DRAFT = { headers: { Prefer: 'ngsi-ld=2.0' } };
const EARLIER = { headers: { Prefer: 'ngsi-ld=1.9' } };

function registration(broker: Broker, type: string, names: Json, members: Json = {}): Json & { readonly id: string } {
  return {
    id: broker.id('ContextSourceRegistration'),
    type: 'ContextSourceRegistration',
    information: [{ entities: [{ type, id: broker.id(type) }], ...names }],
    endpoint: 'http://127.0.0.1:9/source',
    ...members,
  };
}

const namesIn = (body: unknown) => {
  const { entities: _, ...names } = ((body as Json).information as Json[])[0] ?? {};
  return names;
};

export const attributeNames = clause('175 5.2.6.6.5', 'attributeNames of a registration (draft)', ({ test }) => {
  test('are found by attribute, also in exclusive mode', async (broker) => {
    const type = broker.name();
    const made = registration(broker, type, { attributeNames: ['speed', 'owner'] }, { mode: 'exclusive' });
    expectStatus(await broker.post(PATH, made), 201);
    expectIds(await broker.get(PATH, { query: { type, attrs: 'owner' } }), [made.id]);
    expectIds(await broker.get(PATH, { query: { type, attrs: 'brand' } }), []);
  });

  test('are answered as registered, and in the names of the version that is preferred', async (broker) => {
    const type = broker.name();
    const later = registration(broker, type, { attributeNames: ['speed'] });
    const earlier = registration(broker, type, { propertyNames: ['speed'], relationshipNames: ['owner'] });
    const both = { propertyNames: ['speed'], relationshipNames: ['speed'] };
    for (const [made, own, before, draft] of [
      [later, { attributeNames: ['speed'] }, both, { attributeNames: ['speed'] }],
      [
        earlier,
        { propertyNames: ['speed'], relationshipNames: ['owner'] },
        { propertyNames: ['speed'], relationshipNames: ['owner'] },
        { attributeNames: ['speed', 'owner'] },
      ],
    ] as const) {
      expectStatus(await broker.post(PATH, made), 201);
      const path = `${PATH}/${encodeURIComponent(made.id)}`;
      expectSame(namesIn((await broker.get(path)).body), own);
      const answer = await broker.get(path, DRAFT);
      expectSame(namesIn(answer.body), draft, answer);
      expectHeader(answer, 'Preference-Applied', 'ngsi-ld=2.0');
      expectSame(namesIn((await broker.get(path, EARLIER)).body), before);
    }
  });

  test('are changed to the earlier names and back by an update', async (broker) => {
    const type = broker.name();
    const made = registration(broker, type, { attributeNames: ['speed'] });
    expectStatus(await broker.post(PATH, made), 201);
    const path = `${PATH}/${encodeURIComponent(made.id)}`;
    for (const names of [{ propertyNames: ['brand'] }, { attributeNames: ['colour'] }]) {
      const information = [{ entities: [{ type }], ...names }];
      expectNoContent(await broker.patch(path, { information }));
      expectSame(namesIn((await broker.get(path)).body), names);
    }
  });

  for (const [what, names] of [
    ['beside propertyNames', { attributeNames: ['a'], propertyNames: ['b'] }],
    ['beside relationshipNames', { attributeNames: ['a'], relationshipNames: ['b'] }],
    ['without a name', { attributeNames: [] }],
    ['that are no texts', { attributeNames: [5] }],
  ] as const) {
    test(`are refused ${what}`, async (broker) => {
      expectProblem(await broker.post(PATH, registration(broker, broker.name(), names)), 'BadRequestData');
    });
  }

  test('or the earlier names are required in exclusive mode', async (broker) => {
    const made = registration(broker, broker.name(), {}, { mode: 'exclusive' });
    expectProblem(await broker.post(PATH, made), 'BadRequestData');
  });
});

export const sourceDiscovery = clause('175 12.3', 'Discovery of context sources (draft)', ({ test }) => {
  test('returns of a registration only what the query concerns to a client that prefers 2.0', async (broker) => {
    const [vehicle, person] = [broker.name('Vehicle'), broker.name('Person')];
    const elements = [
      { entities: [{ type: vehicle, id: broker.id(vehicle) }], attributeNames: ['speed'] },
      { entities: [{ type: person, id: broker.id(person) }] },
    ];
    const made = registration(broker, vehicle, {}, { information: elements });
    expectStatus(await broker.post(PATH, made), 201);
    for (const [type, element] of [
      [vehicle, elements[0]],
      [person, elements[1]],
    ] as const) {
      const found = await broker.get(PATH, { query: { type }, ...DRAFT });
      expectSame(at(found.body, 0, 'information'), [element], found);
    }
    const whole = await broker.get(PATH, { query: { type: vehicle } });
    expectSame(at(whole.body, 0, 'information'), elements, whole);
  });
});

export const proxied = clause('175 9.3.3', 'Exclusive and redirect registrations (draft)', ({ test }) => {
  test('let nothing be stored here that a source alone may hold, also with local=true', async (broker) => {
    const [type, id] = [broker.name('Vehicle'), broker.id('Vehicle')];
    const information = [{ entities: [{ type, id }], propertyNames: ['speed'] }];
    expectStatus(await broker.post(PATH, registration(broker, type, {}, { mode: 'exclusive', information })), 201);
    const local = { query: { local: true }, ...DRAFT };
    const entity = { id, type, speed: property(1) };
    expectProblem(await broker.post('/entities', entity, local), 'Conflict');
    const rest = { id, type, brand: property('here') };
    expectStatus(await broker.post('/entities', rest, local), 201);
    const fragment = { speed: property(2) };
    expectProblem(await broker.post(`${entityPath(id)}/attrs`, fragment, local), 'Conflict');
    expectProblem(await broker.patch(entityPath(id), fragment, local), 'Conflict');
    expectBatchResult(await broker.post('/entityOperations/upsert', [entity], local), [], [[id, 'Conflict']]);
    expectBody(await broker.get(entityPath(id), local), rest);
  });
});

export const precedence = clause('175 9.3.4', 'Precedence between modes of registrations (draft)', ({ test }) => {
  test('gives each attribute of a new entity to whom it belongs', async (broker, { sources }) => {
    const [type, id] = [broker.name('Vehicle'), broker.id('Vehicle')];
    const operations = ['createEntity'];
    const open = async (mode: string, entity: Json, names: Json) => {
      const source = sources.open(() => ({ status: 201 }));
      const body = {
        id: broker.id('ContextSourceRegistration'),
        type: 'ContextSourceRegistration',
        mode,
        information: [{ entities: [entity], ...names }],
        endpoint: source.endpoint,
        operations: mode === 'auxiliary' ? ['retrieveOps'] : operations,
      };
      expectStatus(await broker.post(PATH, body), 201);
      return () =>
        source.seen
          .filter(({ method }) => method === 'POST')
          .map(({ body: sent }) => Object.keys(sent as Json).filter((name) => !['id', 'type'].includes(name)));
    };
    const exclusive = await open('exclusive', { type, id }, { propertyNames: ['a'] });
    const redirect = await open('redirect', { type }, { propertyNames: ['b'] });
    const inclusive = await open('inclusive', { type }, { propertyNames: ['a', 'b', 'c'] });
    const auxiliary = await open('auxiliary', { type }, {});
    const [a, b, c, d] = [1, 2, 3, 4].map((value) => property(value));
    const created = await broker.post('/entities', { id, type, a, b, c, d });
    expectStatus(created, 201);
    expectSame([exclusive(), redirect(), inclusive(), auxiliary()], [[['a']], [['b']], [['c']], []], created);
    expectBody(await broker.get(entityPath(id), { query: { local: true } }), { id, type, c, d });
  });

  test('reads each attribute from whom it belongs to, and what nobody else has from auxiliary sources', async (broker, {
    sources,
  }) => {
    const [type, id] = [broker.name('Vehicle'), broker.id('Vehicle')];
    const open = async (mode: string, entity: Json, names: Json, members: Json) => {
      const source = sources.open(() => ({ status: 200, body: { id, type, ...members } }));
      const body = {
        id: broker.id('ContextSourceRegistration'),
        type: 'ContextSourceRegistration',
        mode,
        information: [{ entities: [entity], ...names }],
        endpoint: source.endpoint,
        operations: ['retrieveOps'],
      };
      expectStatus(await broker.post(PATH, body), 201);
    };
    const of = (who: string) => property(who);
    await open('exclusive', { type, id }, { propertyNames: ['a'] }, { a: of('exclusive') });
    await open('redirect', { type }, { propertyNames: ['b'] }, { b: of('redirect') });
    const inclusive = { a: of('inclusive'), b: of('inclusive'), c: of('inclusive') };
    await open('inclusive', { type }, { propertyNames: ['a', 'b', 'c'] }, inclusive);
    const auxiliary = {
      ...inclusive,
      a: of('auxiliary'),
      b: of('auxiliary'),
      c: of('auxiliary'),
      d: of('auxiliary'),
      e: of('auxiliary'),
    };
    await open('auxiliary', { type }, {}, auxiliary);
    expectStatus(await broker.post('/entities', { id, type, d: of('here') }, { query: { local: true } }), 201);
    expectBody(await broker.get(entityPath(id), { query: { format: 'simplified' } }), {
      id,
      type,
      a: 'exclusive',
      b: 'redirect',
      c: 'inclusive',
      d: 'here',
      e: 'auxiliary',
    });
  });
});

export const coreParameter = clause('176 10', 'core of a hosted @context (draft)', ({ test }) => {
  async function hosted(broker: Broker): Promise<string> {
    const answer = await broker.post(
      '/jsonldContexts',
      { '@context': { state: 'https://example.org/state' } },
      { contentType: 'application/json' },
    );
    expectStatus(answer, 201);
    return String(answer.headers.location).replace(/^.*\/ngsi-ld\/v1/, '');
  }

  for (const version of ['1.6', '1.8', '1.9']) {
    test(`adds the core @context of ${version}`, async (broker) => {
      const path = await hosted(broker);
      const answer = await broker.get(path, { query: { core: version } });
      expectStatus(answer, 200);
      const [own, core] = (answer.body as { '@context': string[] })['@context'];
      expectSame(core, `${CORE}${version}.jsonld`, answer);
      const id = broker.id();
      const link = contextLink(`${own}?core=${version}`);
      expectStatus(
        await broker.post('/entities', { id, type: 'Building', state: property(1) }, { headers: { Link: link } }),
        201,
      );
      expectSame(Object.keys(await broker.read(id)).includes('https://example.org/state'), true);
    });
  }

  test('is refused if it is no known version, or beside details', async (broker) => {
    const path = await hosted(broker);
    for (const query of [{ core: 'abc' }, { core: '1.99' }, { core: '1' }, { core: '1.9', details: true }]) {
      expectProblem(await broker.get(path, { query }), 'BadRequestData');
    }
  });
});

export const snapshotCreation = clause('176 13', 'Create Snapshot (draft)', ({ test }) => {
  test('answers 202 to a client that prefers 2.0, 201 to others', async (broker) => {
    const type = broker.name();
    const body = () => ({
      id: broker.id('Snapshot'),
      type: 'Snapshot',
      snapshotQueries: [{ type: 'Query', entities: [{ type }] }],
    });
    expectStatus(await broker.post('/snapshots', body()), 201);
    const answer = await broker.post('/snapshots', body(), DRAFT);
    expectStatus(answer, 202);
    expectHeader(answer, 'Preference-Applied', 'ngsi-ld=2.0');
    expectHeader(answer, 'location', /\/snapshots\//);
  });
});
