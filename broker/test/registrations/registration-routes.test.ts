import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@alzette/kit/testing';
import { openDatabase } from '../../src/database/open-database.ts';
import { eachDatabase } from '../support/index.ts';
import { type RegisteringBroker, registrationOf, startRegisteringBroker } from './registering-broker.ts';

const PATH = '/csourceRegistrations';
const ONE = 'urn:ngsi-ld:ContextSourceRegistration:1';
const EXACT = [{ entities: [{ type: 'Building', id: 'urn:ngsi-ld:Building:1' }], propertyNames: ['name'] }];

/** Changes of a valid registration, with the member that the answer must name; undefined removes the member. */
const INVALID: [member: string, changes: Record<string, unknown>][] = [
  ['type', { type: undefined }],
  ['type', { type: 'Registration' }],
  ['id', { id: 'no uri' }],
  ['id', { id: '' }],
  ['endpoint', { endpoint: undefined }],
  ['endpoint', { endpoint: 'somewhere' }],
  ['endpoint', { endpoint: 'mqtt://somewhere' }],
  ['endpoint', { endpoint: 'http://somewhere/?a=b' }],
  ['information', { information: undefined }],
  ['information', { information: [] }],
  ['information', { information: {} }],
  ['information[0]', { information: [{}] }],
  ['information[0].entity', { information: [{ entity: [] }] }],
  ['information[0].entities', { information: [{ entities: [] }] }],
  ['information[0].entities[0].type', { information: [{ entities: [{}] }] }],
  ['information[0].entities[0].type', { information: [{ entities: [{ type: [] }] }] }],
  ['information[0].entities[0].id', { information: [{ entities: [{ type: 'A', id: 'a' }] }] }],
  ['information[0].entities[0].idPattern', { information: [{ entities: [{ type: 'A', idPattern: '(' }] }] }],
  ['information[0].propertyNames', { information: [{ propertyNames: [] }] }],
  ['information[0].relationshipNames', { information: [{ relationshipNames: [4] }] }],
  ['mode', { mode: 'shared' }],
  ['operations', { operations: [] }],
  ['operations', { operations: ['queryEverything'] }],
  ['operations', { operations: ['toString'] }],
  ['operations', { mode: 'auxiliary', operations: ['federationOps'] }],
  ['information[0].entities', { mode: 'exclusive' }],
  ['information[0].entities', { mode: 'exclusive', information: [{ propertyNames: ['name'] }] }],
  ['information[0].propertyNames', { mode: 'exclusive', information: [{ entities: [{ type: 'A', id: 'urn:a:b' }] }] }],
  ['contextSourceInfo', { contextSourceInfo: [{ key: 'a' }] }],
  ['contextSourceInfo', { contextSourceInfo: {} }],
  ['contextSourceInfo.key', { contextSourceInfo: [{ key: 'a b', value: 'c' }] }],
  ['contextSourceInfo accept', { contextSourceInfo: [{ key: 'accept', value: 'text/html' }] }],
  ['contextSourceInfo ngsildConformance', { contextSourceInfo: [{ key: 'ngsildConformance', value: 'new' }] }],
  ['contextSourceAlias', { contextSourceAlias: 'a b' }],
  ['tenant', { tenant: 5 }],
  ['management', { management: 'none' }],
  ['management.timeout', { management: { timeout: 'x' } }],
  ['management.cooldown', { management: { cooldown: 0 } }],
  ['management.cacheDuration', { management: { cacheDuration: 'soon' } }],
  ['management.localOnly', { management: { localOnly: 'yes' } }],
  ['management.hops', { management: { hops: 1 } }],
  ['location.coordinates', { location: { type: 'Point', coordinates: [1] } }],
  ['operationSpace', { operationSpace: { type: 'GeometryCollection' } }],
  ['observationInterval', { observationInterval: 'P1D' }],
  ['observationInterval.startAt', { observationInterval: { startAt: '2026-01-01' } }],
  [
    'managementInterval.endAt',
    { managementInterval: { startAt: '2026-01-02T00:00:00Z', endAt: '2026-01-01T00:00:00Z' } },
  ],
  ['datasetId', { datasetId: ['none'] }],
  ['scope', { scope: '/a//b' }],
  ['refreshRate', { refreshRate: 'often' }],
  ['registrationName', { registrationName: '' }],
  ['description', { description: 4 }],
  ['expiresAt', { expiresAt: 'tomorrow' }],
  ['expiresAt', { expiresAt: '2020-01-01T00:00:00Z' }],
  ['sourceType.value', { sourceType: { type: 'Property', value: 'urn:ngsi-ld:null' } }],
];

eachDatabase('6.8, 6.9 Context source registrations', (test, database) => {
  test('a registration is returned as it was created, in the terms of the caller', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const registration = registrationOf({
      id: ONE,
      registrationName: 'Lamps of the north',
      description: 'Their cabinets too',
      endpoint: 'http://127.0.0.1:9/north/',
      mode: 'redirect',
      operations: ['redirectionOps', 'queryBatch'],
      information: [
        {
          entities: [
            { type: ['Lamp', 'Device'], idPattern: '^urn:ngsi-ld:Lamp:' },
            { id: 'urn:a:b', type: 'Cabinet' },
          ],
          propertyNames: ['power'],
          relationshipNames: ['cabinet'],
        },
      ],
      contextSourceInfo: [
        { key: 'X-Client', value: 'alzette' },
        { key: 'User', value: 'urn:ngsi-ld:request' },
      ],
      contextSourceAlias: 'north',
      tenant: 'lamps',
      management: { timeout: 500, cooldown: 1000, cacheDuration: 'PT1S', localOnly: true },
      location: { type: 'Point', coordinates: [5.9, 49.4] },
      observationInterval: { startAt: '2026-01-01T00:00:00Z' },
      datasetId: ['@none', 'urn:ngsi-ld:Dataset:1'],
      scope: '/Lamps',
      refreshRate: 'PT5M',
      expiresAt: '2999-01-01T00:00:00Z',
      sourceType: { type: 'Property', value: 'sensor' },
      owner: 'Villerupt',
    });
    const made = await broker.ask('POST', PATH, registration);
    assert.equal(made.statusCode, 201, made.body);
    assert.equal(made.headers.location, `/ngsi-ld/v1${PATH}/${ONE}`);
    assert.equal(made.body, '');
    const one = await broker.ask('GET', `${PATH}/${ONE}`);
    assert.deepEqual(one.json(), registration);
    assert.match(String(one.headers.link), /json-ld#context/);
    const timed = await broker.ask('GET', `${PATH}/${ONE}?options=sysAttrs`);
    assert.match(timed.json().createdAt, /^\d{4}-/);

    const context = { Luminaire: 'https://uri.etsi.org/ngsi-ld/default-context/Lamp' };
    const renamed = await broker.ask('POST', '/jsonldContexts', { '@context': context });
    const link = `<http://localhost:1026${renamed.headers.location}>; rel="http://www.w3.org/ns/json-ld#context"`;
    const other = await broker.ask('GET', `${PATH}/${ONE}`, undefined, { link });
    assert.deepEqual(other.json().information[0].entities[0].type, ['Luminaire', 'Device']);
    const typed = await broker.ask('GET', `${PATH}/${ONE}`, undefined, { accept: 'application/ld+json' });
    assert.ok('@context' in typed.json());
  });

  test('an id is generated if missing, and each exists once', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const id = await broker.register({});
    assert.match(id, /^urn:ngsi-ld:ContextSourceRegistration:/);
    assert.equal((await broker.ask('GET', `${PATH}/${id}`)).statusCode, 200);
    const again = await broker.ask('POST', PATH, registrationOf({ id }));
    assert.equal(again.statusCode, 409);
    assert.match(again.json().type, /AlreadyExists/);
  });

  test('errors are named', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    for (const [member, changes] of INVALID) {
      const response = await broker.ask('POST', PATH, registrationOf({ id: ONE, ...changes }));
      assert.equal(response.statusCode, 400, `${JSON.stringify(changes)}: ${response.body}`);
      assert.match(response.json().type, /BadRequestData/);
      assert.ok(response.json().detail.startsWith(`${member}: `), `${member}: ${response.json().detail}`);
    }
    const unparsed = await broker.ask('POST', PATH, '{');
    assert.match(unparsed.json().type, /InvalidRequest/);
    assert.equal((await broker.ask('GET', `${PATH}/${ONE}`)).statusCode, 404);
  });

  test('PATCH replaces whole members, null removes, and the result is validated', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    await broker.register({ id: ONE, expiresAt: '2999-01-01T00:00:00Z', owner: 'Thil', description: 'old' });
    const patch = await broker.ask('PATCH', `${PATH}/${ONE}`, {
      type: 'ContextSourceRegistration',
      description: 'new',
      expiresAt: null,
      owner: 'urn:ngsi-ld:null',
      information: [{ entities: [{ type: 'Lamp' }] }],
      status: 'failed',
    });
    assert.equal(patch.statusCode, 204, patch.body);
    const expected = {
      ...registrationOf({ id: ONE, description: 'new' }),
      information: [{ entities: [{ type: 'Lamp' }] }],
    };
    assert.deepEqual((await broker.ask('GET', `${PATH}/${ONE}`)).json(), expected);
    assert.deepEqual(await broker.find('type=Building'), []);
    assert.deepEqual(await broker.find('type=Lamp'), [ONE]);

    for (const fragment of [
      { information: null },
      { endpoint: 'urn:ngsi-ld:null' },
      { type: 'Other' },
      { id: 'urn:a:b' },
      { mode: 'exclusive' },
      { expiresAt: '2020-01-01T00:00:00Z' },
      { operations: ['nothing'] },
    ]) {
      const response = await broker.ask('PATCH', `${PATH}/${ONE}`, fragment);
      assert.equal(response.statusCode, 400, JSON.stringify(fragment));
    }
    assert.deepEqual((await broker.ask('GET', `${PATH}/${ONE}`)).json(), expected);
    assert.equal((await broker.ask('PATCH', `${PATH}/urn:a:none`, { description: 'x' })).statusCode, 404);
  });

  test('DELETE removes it; unknown and malformed ids and other methods are refused', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    await broker.register({ id: ONE });
    assert.equal((await broker.ask('DELETE', `${PATH}/${ONE}`)).statusCode, 204);
    for (const method of ['GET', 'DELETE'] as const) {
      assert.equal((await broker.ask(method, `${PATH}/${ONE}`)).statusCode, 404);
      assert.equal((await broker.ask(method, `${PATH}/nothing`)).statusCode, 400);
    }
    assert.equal((await broker.ask('DELETE', `${PATH}/`)).statusCode, 405);
    assert.deepEqual(await broker.find('type=Building'), []);
  });

  test('secrets of a source are stored sealed, shown masked, and kept when written back', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const info = [{ key: 'Authorization', value: 'Bearer abc' }];
    await broker.register({ id: ONE, contextSourceInfo: info });
    const shown = (await broker.ask('GET', `${PATH}/${ONE}`)).json();
    assert.deepEqual(shown.contextSourceInfo, [{ key: 'Authorization', value: '***' }]);
    const { rows } = await db.query<{ document: string }>({
      text: 'SELECT document FROM registration WHERE tenant = $1',
      values: [broker.tenant],
    });
    assert.doesNotMatch(String(rows[0]?.document), /abc/);
    assert.equal((await broker.ask('PATCH', `${PATH}/${ONE}`, shown)).statusCode, 204);
    const moved = { ...shown, endpoint: 'http://127.0.0.2:9' };
    assert.equal((await broker.ask('PATCH', `${PATH}/${ONE}`, moved)).statusCode, 400);
  });

  test('5.9.2.4 an expired one no longer exists', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    await broker.register({ id: ONE, expiresAt: new Date(Date.now() + 1500).toISOString() });
    assert.deepEqual(await broker.find('type=Building'), [ONE]);
    await pause(1500);
    assert.equal((await broker.ask('GET', `${PATH}/${ONE}`)).statusCode, 404);
    assert.deepEqual(await broker.find('type=Building'), []);
    await eventually('the expired registration is deleted', async () => {
      const { rows } = await db.query({
        text: 'SELECT id FROM registration WHERE tenant = $1',
        values: [broker.tenant],
      });
      return rows.length === 0;
    });
  });

  test('4.3.6.3 exclusive data of one source can’t be registered by another', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const refused = async (members: Record<string, unknown>) => {
      const response = await broker.ask('POST', PATH, registrationOf(members));
      assert.equal(response.statusCode, 409, `${JSON.stringify(members)}: ${response.body}`);
      assert.match(response.json().type, /errors\/Conflict$/);
    };
    await stored(broker, { id: 'urn:ngsi-ld:Building:1', type: 'Building', name: { type: 'Property', value: 'x' } });
    await refused({ mode: 'exclusive', information: EXACT });
    await refused({ mode: 'redirect' });
    await refused({ mode: 'redirect', information: [{ propertyNames: ['name'] }] });
    const other = [{ entities: [{ type: 'Building', id: 'urn:ngsi-ld:Building:1' }], propertyNames: ['height'] }];
    await broker.register({ id: ONE, mode: 'exclusive', information: other });
    await refused({ mode: 'exclusive', information: other });
    await refused({ mode: 'redirect', information: [{ propertyNames: ['height'] }] });
    await broker.register({ mode: 'inclusive', information: other });
    await broker.register({ mode: 'auxiliary', operations: ['retrieveOps'], information: other });

    const lamps = [{ entities: [{ type: 'Lamp' }] }];
    await broker.register({ mode: 'redirect', information: lamps });
    const second = await broker.register({ mode: 'redirect', information: lamps });
    const patched = await broker.ask('PATCH', `${PATH}/${second}`, { mode: 'redirect', information: other });
    assert.equal(patched.statusCode, 409, patched.body);
    // Its own data are not a conflict.
    assert.equal((await broker.ask('PATCH', `${PATH}/${ONE}`, { description: 'same' })).statusCode, 204);
  });

  test('of two concurrent exclusive ones for the same data, one is refused', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    const both = await Promise.all(
      [1, 2, 3].map(() => broker.ask('POST', PATH, registrationOf({ mode: 'exclusive', information: EXACT }))),
    );
    assert.deepEqual(both.map(({ statusCode }) => statusCode).sort(), [201, 409, 409]);
  });

  test('5.2.9 the outcome of requests to the source is shown', async (t, db) => {
    const broker = await startRegisteringBroker(t, db);
    await broker.register({ id: ONE });
    const { createRegistrationStore } = await import('../../src/federation/registrations/registration-store.ts');
    const at = new Date('2026-01-01T00:00:00Z');
    const outcome = { tenant: broker.tenant, id: ONE, sent: 3, failed: 1, lastSuccess: at };
    const store = createRegistrationStore(db, 'other');
    await store.recordForwards([outcome, { ...outcome, id: 'urn:a:gone' }]);
    const ok = (await broker.ask('GET', `${PATH}/${ONE}`)).json();
    assert.deepEqual([ok.status, ok.timesSent, ok.timesFailed, ok.lastSuccess], ['ok', 3, 1, at.toISOString()]);
    await store.recordForwards([{ tenant: broker.tenant, id: ONE, sent: 1, failed: 1, lastFailure: new Date() }]);
    const failed = (await broker.ask('GET', `${PATH}/${ONE}`)).json();
    assert.deepEqual([failed.status, failed.timesSent, failed.timesFailed], ['failed', 4, 2]);
  });

  if (database.kind === 'postgres') {
    test('a registration created by one process is known to another', async (t, db) => {
      const second = await openDatabase({ url: await database.url() });
      const one = await startRegisteringBroker(t, db);
      const two = await startRegisteringBroker(t, second);
      t.after(() => second.close());
      const there = (query: string) => two.ask('GET', `${PATH}?${query}`, undefined, { 'ngsild-tenant': one.tenant });
      await one.register({ id: ONE });
      await eventually('the copy is there', async () => (await there('type=Building')).json().length === 1);
      assert.equal((await one.ask('DELETE', `${PATH}/${ONE}`)).statusCode, 204);
      await eventually('the copy is gone', async () => (await there('type=Building')).json().length === 0);
    });
  }
});

async function stored(broker: RegisteringBroker, entity: Record<string, unknown>): Promise<void> {
  assert.equal((await broker.ask('POST', '/entities', entity)).statusCode, 201);
}
