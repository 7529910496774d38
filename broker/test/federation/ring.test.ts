import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startBrokerProcess } from '../fuzz/broker-process.ts';
import { freshTenant, testDatabases } from '../support/index.ts';
import { client, type Member } from './fleet.ts';
import { startOtherSource } from './other-source.ts';

const database = testDatabases().find(({ kind }) => kind === 'postgres');
const skip = database === undefined && 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)';

type Document = Record<string, unknown>;

const lamp = (name: string, members: Document = {}): Document => ({
  id: `urn:ngsi-ld:Lamp:${name}`,
  type: 'Lamp',
  ...members,
});
const value = (content: unknown) => ({ type: 'Property', value: content });

const READS_AND_WRITES = ['federationOps', 'redirectionOps', 'createBatch', 'deleteBatch'];

/** Long, because a loaded machine is slow; only a source that a test delays may time out. */
const PATIENT = { SOURCE_TIMEOUT_MS: '60000' };

/**
 * Three brokers in processes of their own, each with the next as an inclusive source of lamps, so that requests could
 * circulate forever; and another source, to which the first one redirects bins and which has the power of one lamp
 * exclusively.
 */
async function startRing(t: TestContext) {
  if (database === undefined) throw new Error('needs PostgreSQL');
  const other = await startOtherSource(t);
  const processes = await Promise.all([1, 2, 3].map(() => startBrokerProcess(t, database, PATIENT)));
  const ring = processes.map(({ port }) => {
    const url = `http://127.0.0.1:${port}`;
    const tenant = freshTenant();
    return { url, tenant, source: { endpoint: url, tenant }, ...client(url, tenant) };
  }) as [Omit<Member, 'close'>, Omit<Member, 'close'>, Omit<Member, 'close'>];
  const [first, second, third] = ring;
  await create(first, [lamp('1', { name: value('first') }), lamp('shared', { here: value(1) })]);
  await create(second, [lamp('2', { name: value('second') }), lamp('shared', { there: value(2) })]);
  await create(third, [lamp('3', { name: value('third') }), lamp('1', { name: value('newer'), note: value('third') })]);
  for (const [index, member] of ring.entries()) {
    const next = ring[(index + 1) % 3] as Omit<Member, 'close'>;
    await member.register({ ...next.source, operations: READS_AND_WRITES });
  }
  return { first, second, third, other };
}

async function create(member: Omit<Member, 'close'>, entities: readonly Document[]): Promise<void> {
  const { status, body } = await member.ask('POST', '/entityOperations/create?local=true', entities);
  assert.equal(status, 201, JSON.stringify(body));
}

const ids = (entities: readonly { id: string }[]) => entities.map(({ id }) => id.split(':').at(-1));

test('4.3.6 A ring of three brokers and another source', { skip }, async (t) => {
  const { first, second, third, other } = await startRing(t);

  await t.test('a query returns each entity once, with the attributes of all brokers', async () => {
    for (const member of [first, second, third]) {
      const { status, body, headers } = await member.ask('GET', '/entities?type=Lamp&count=true&format=simplified');
      assert.equal(status, 200);
      assert.deepEqual(ids(body), ['1', '2', '3', 'shared']);
      assert.equal(headers.get('ngsild-results-count'), '4');
      const shared = body.find(({ id }: Document) => id === 'urn:ngsi-ld:Lamp:shared');
      assert.deepEqual([shared.here, shared.there], [1, 2]);
      // If two have the same attribute, the most recent one.
      assert.deepEqual([body[0].name, body[0].note], ['newer', 'third']);
    }
  });

  await t.test('local=true calls no source', async () => {
    assert.deepEqual(ids((await second.ask('GET', '/entities?type=Lamp&local=true')).body), ['2', 'shared']);
    assert.equal((await second.ask('GET', '/entities/urn:ngsi-ld:Lamp:3?local=true')).status, 404);
    assert.equal((await second.ask('GET', '/entities/urn:ngsi-ld:Lamp:3')).status, 200);
  });

  await t.test('a request that returns to its origin is refused at once, with 508', async () => {
    const { contextSourceAlias } = (await first.ask('GET', '/info/sourceIdentity')).body;
    const via = { via: `1.1 elsewhere, 1.1 ${contextSourceAlias}` };
    for (const [method, path] of [
      ['GET', '/entities?type=Lamp'],
      ['GET', '/entities/urn:ngsi-ld:Lamp:1'],
      ['DELETE', '/entities/urn:ngsi-ld:Lamp:1'],
    ] as const) {
      assert.equal((await first.ask(method, path, undefined, via)).status, 508);
    }
    assert.equal((await first.ask('GET', '/entities/urn:ngsi-ld:Lamp:1?local=true', undefined, via)).status, 200);
  });

  await t.test('a write to inclusive sources applies to all of them, and so does a deletion', async () => {
    const entity = lamp('new', { name: value('new') });
    const created = await first.ask('POST', '/entities', entity);
    assert.equal(created.status, 201, JSON.stringify(created.body));
    for (const member of [first, second, third]) {
      assert.equal((await member.ask('GET', '/entities/urn:ngsi-ld:Lamp:new?local=true')).status, 200);
    }
    const deleted = await third.ask('POST', '/entityOperations/delete', ['urn:ngsi-ld:Lamp:new']);
    assert.equal(deleted.status, 204, JSON.stringify(deleted.body));
    for (const member of [first, second, third]) {
      assert.equal((await member.ask('GET', '/entities/urn:ngsi-ld:Lamp:new?local=true')).status, 404);
    }
  });

  await t.test('redirected data are only at the source', async () => {
    await first.register({
      endpoint: other.endpoint,
      mode: 'redirect',
      operations: ['redirectionOps'],
      information: [{ entities: [{ type: 'Bin' }] }],
    });
    const id = 'urn:ngsi-ld:Bin:1';
    assert.equal((await first.ask('POST', '/entities', { id, type: 'Bin', level: value(3) })).status, 201);
    assert.deepEqual(other.entities.get(id), { id, type: 'Bin', level: value(3) });
    assert.equal((await first.ask('GET', `/entities/${id}?local=true`)).status, 404);
    assert.equal((await first.ask('GET', `/entities/${id}?format=simplified`)).body.level, 3);
    assert.equal((await first.ask('PATCH', `/entities/${id}/attrs`, { level: value(4) })).status, 204);
    assert.equal((await first.ask('GET', '/entities?type=Bin&format=simplified')).body[0].level, 4);
    assert.equal((await first.ask('DELETE', `/entities/${id}`)).status, 204);
    assert.equal(other.entities.has(id), false);
    assert.equal((await first.ask('DELETE', `/entities/${id}`)).status, 404);
  });

  await t.test('an exclusive attribute is written to its source, the rest locally', async () => {
    const id = 'urn:ngsi-ld:Lamp:dimmed';
    await first.register({
      endpoint: other.endpoint,
      mode: 'exclusive',
      operations: ['redirectionOps'],
      information: [{ entities: [{ type: 'Lamp', id }], propertyNames: ['power'] }],
    });
    const created = await first.ask('POST', '/entities', lamp('dimmed', { power: value(40), colour: value('warm') }));
    assert.equal(created.status, 201, JSON.stringify(created.body));
    assert.deepEqual(other.entities.get(id), lamp('dimmed', { power: value(40) }));
    const here = (await first.ask('GET', `/entities/${id}?local=true&format=simplified`)).body;
    assert.deepEqual(here, lamp('dimmed', { colour: 'warm' }));
    const whole = (await first.ask('GET', `/entities/${id}?format=simplified`)).body;
    assert.deepEqual(whole, lamp('dimmed', { colour: 'warm', power: 40 }));
  });

  await t.test('a partial success is a 207, with the sources that failed', async () => {
    const registration = await second.register({
      endpoint: other.endpoint,
      operations: ['redirectionOps'],
      information: [{ entities: [{ type: 'Box' }] }],
    });
    const box = { id: 'urn:ngsi-ld:Box:1', type: 'Box', size: value(1) };
    other.entities.set(box.id, box);
    const { status, body } = await second.ask('POST', '/entities', box);
    assert.equal(status, 207);
    assert.deepEqual(body.success, [box.id]);
    const [error] = body.errors;
    assert.deepEqual([error.entityId, error.registrationId, error.error.status], [box.id, registration, 409]);
  });

  await t.test('an auxiliary source adds what no other has', async () => {
    await third.register({
      endpoint: other.endpoint,
      mode: 'auxiliary',
      operations: ['retrieveOps'],
      information: [{ entities: [{ type: 'Pole' }] }],
    });
    const id = 'urn:ngsi-ld:Pole:1';
    await create(third, [{ id, type: 'Pole', height: value(6) }]);
    other.entities.set(id, { id, type: 'Pole', height: value(9), material: value('steel') });
    const { body } = await third.ask('GET', `/entities/${id}?format=simplified`);
    assert.deepEqual(body, { id, type: 'Pole', height: 6, material: 'steel' });
  });

  await t.test('a hanging source costs no more than its timeout, and is named', async () => {
    other.hang(true);
    t.after(() => other.hang(false));
    const hanging = { endpoint: other.endpoint, information: [{ entities: [{ type: 'Shed' }] }] };
    const registration = await first.register({ ...hanging, management: { timeout: 200 } });
    await create(first, [{ id: 'urn:ngsi-ld:Shed:1', type: 'Shed' }]);
    // The source never answers. The answer comes after its own timeout, which is much shorter than the broker's.
    const { status, body, headers } = await first.ask('GET', '/entities?type=Shed');
    assert.equal(status, 200);
    assert.deepEqual(ids(body), ['1']);
    const warning = String(headers.get('ngsild-warning'));
    assert.match(warning, /^199 alzette-\w+ "source /);
    assert.ok(warning.includes(registration), warning);
    assert.match(warning, /no answer within \d{1,3} ms/);
  });
});
