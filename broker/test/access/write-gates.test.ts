import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Database } from '../../src/database/database.ts';
import type { GatedWrites } from '../../src/main.ts';
import { startOtherSource } from '../federation/other-source.ts';
import { eachDatabase } from '../support/index.ts';
import { guarded } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';

const ENTITIES = '/ngsi-ld/v1/entities';
const BATCH = '/ngsi-ld/v1/entityOperations';
const LEVEL = 'https://uri.etsi.org/ngsi-ld/default-context/level';
const id = (n: number) => `urn:ngsi-ld:Lamp:${n}`;
const property = (value: unknown) => ({ type: 'Property', value });
const lamp = (n: number, attributes: object = {}) => ({ id: id(n), type: 'Lamp', ...attributes });

/** A gate that writes down what it is asked, and refuses levels of the lamps in `refused`. */
async function gatedBroker(t: TestContext, db: Database) {
  const given = await guarded(t, db, await startIssuer(t));
  const asked: GatedWrites[] = [];
  const refused = new Set<string>();
  given.broker.addWriteGate({
    watched: () => new Set([LEVEL]),
    async admit(writes) {
      asked.push(writes);
      return writes.entities.some((entity) => refused.has(entity.id)) ? 'not so many lamps' : undefined;
    },
  });
  const { admin } = given;
  for (const n of [1, 2, 3]) assert.equal((await admin('POST', ENTITIES, lamp(n))).statusCode, 201);
  const levels = () =>
    Promise.all([1, 2, 3].map(async (n) => (await admin('GET', `${ENTITIES}/${id(n)}?options=keyValues`)).json()));
  return { ...given, asked, refused, levels };
}

/** The lamps 2 and 3 at a context source, as whole entities; lamp 1 has its level there only. */
async function lampsElsewhere(t: TestContext, { admin }: Awaited<ReturnType<typeof gatedBroker>>) {
  const source = await startOtherSource(t);
  const entities = [4, 5].map((n) => ({ id: id(n), type: 'Lamp' }));
  for (const { id: other, type } of entities) source.entities.set(other, { id: other, type, level: property(0) });
  source.entities.set(id(1), { id: id(1), type: 'Lamp', level: property(0) });
  for (const [mode, information] of [
    ['redirect', { entities }],
    ['exclusive', { entities: [{ id: id(1), type: 'Lamp' }], propertyNames: ['level'] }],
  ] as const) {
    const registration = {
      type: 'ContextSourceRegistration',
      endpoint: source.endpoint,
      mode,
      information: [information],
      operations: ['retrieveEntity', 'updateEntity', 'appendAttrs', 'updateAttrs', 'mergeEntity'],
    };
    const answer = await admin('POST', '/ngsi-ld/v1/csourceRegistrations', registration);
    assert.equal(answer.statusCode, 201, answer.body);
  }
  const written = () => source.seen.filter(({ method }) => method !== 'GET');
  return { source, written };
}

eachDatabase('A gate for writes', (test) => {
  test('is asked before a write leaves for a context source', async (t, db) => {
    const given = await gatedBroker(t, db);
    const { admin, asked, refused, broker, tenant } = given;
    const { written } = await lampsElsewhere(t, given);
    for (const n of [1, 4]) refused.add(id(n));
    for (const [method, url, body] of [
      ['PATCH', `${ENTITIES}/${id(1)}/attrs`, { level: property(9) }],
      ['PATCH', `${ENTITIES}/${id(4)}/attrs`, { level: property(9) }],
      ['PATCH', `${ENTITIES}/${id(4)}/attrs/level`, property(9)],
      ['POST', `${ENTITIES}/${id(4)}/attrs`, { level: property(9) }],
      ['POST', `${BATCH}/update`, [lamp(4, { level: property(9) })]],
    ] as const) {
      const before = asked.length;
      const { statusCode, body: said } = await admin(method, url, body);
      assert.equal(statusCode, url.startsWith(BATCH) ? 207 : 403, `${method} ${url} ${said}`);
      assert.match(said, /not so many lamps/);
      assert.equal(asked.length, before + 1, `${method} ${url}`);
    }
    assert.deepEqual(written(), [], 'none of it left');

    // A refused item of a batch takes the others not with it.
    const items = [lamp(4, { level: property(1) }), lamp(5, { level: property(2) }), lamp(2, { level: property(3) })];
    const answer = await admin('POST', `${BATCH}/update`, items);
    assert.equal(answer.statusCode, 207, answer.body);
    assert.deepEqual(written(), [], 'all that asked for the approval are refused, as in this broker');

    assert.equal((await admin('PATCH', `${ENTITIES}/${id(5)}/attrs`, { level: property(5) })).statusCode, 204);
    assert.equal((await admin('PATCH', `${ENTITIES}/${id(4)}/attrs`, { level: property('') })).statusCode, 204);
    assert.equal((await admin('PATCH', `${ENTITIES}/${id(4)}/attrs`, { name: property('D') })).statusCode, 204);
    assert.equal(written().length, 3, 'admitted, empty and other values leave');
    const author = asked[0]?.sender ?? null;
    await broker.clientAs(author, { isAdmitted: true }).mergeEntity(id(4), { level: property(7) }, { tenant });
    assert.equal(written().length, 4, 'admitted work leaves');
  });

  test('is asked once for the watched attributes of a request, and for nothing else', async (t, db) => {
    const { admin, asked, levels, tenant } = await gatedBroker(t, db);
    assert.equal((await admin('PATCH', `${ENTITIES}/${id(1)}/attrs`, { name: property('A') })).statusCode, 204);
    assert.equal((await admin('POST', `${ENTITIES}/${id(1)}/attrs`, { level: property('') })).statusCode, 204);
    assert.equal(asked.length, 0, 'an empty value asks for nothing');
    const items = [lamp(1, { level: property(1) }), lamp(2, { name: property('B') }), lamp(3, { level: property(3) })];
    assert.equal((await admin('POST', `${BATCH}/upsert?options=update`, items)).statusCode, 204);
    const [writes] = asked;
    assert.equal(asked.length, 1);
    assert.deepEqual([writes?.tenant, writes?.sender.id], [tenant, 'root']);
    assert.deepEqual(
      writes?.entities.map((entity) => [entity.id, entity.attributes]),
      [
        [id(1), [LEVEL]],
        [id(3), [LEVEL]],
      ],
    );
    assert.deepEqual(
      (await levels()).map(({ level, name }) => [level, name]),
      [
        [1, 'A'],
        [undefined, 'B'],
        [3, undefined],
      ],
    );
  });

  test('refuses these writes alone; writes to one entity keep their order', async (t, db) => {
    const { admin, refused, levels } = await gatedBroker(t, db);
    refused.add(id(2));
    const items = [lamp(2, { level: property(9) }), lamp(3, { name: property('C') })];
    const answer = await admin('POST', `${BATCH}/upsert?options=update`, items);
    assert.equal(answer.statusCode, 207, answer.body);
    const errors: { entityId: string; error: { status: number; detail: string } }[] = answer.json().errors;
    assert.deepEqual(
      errors.map(({ entityId, error }) => [entityId, error.status, error.detail]),
      [[id(2), 403, 'not so many lamps']],
    );
    for (const [method, url, body] of [
      ['PATCH', `${ENTITIES}/${id(2)}`, { level: property(9) }],
      ['PUT', `${ENTITIES}/${id(2)}`, lamp(2, { level: property(9) })],
      ['POST', `${ENTITIES}/${id(2)}/attrs`, { level: property(9) }],
    ] as const) {
      const { statusCode, body: said } = await admin(method, url, body);
      assert.equal(statusCode, 403, `${method} ${said}`);
    }
    const twice = [
      lamp(3, { level: property(1) }),
      lamp(3, { level: property(2) }),
      lamp(3, { name: property('last') }),
    ];
    assert.equal((await admin('POST', `${BATCH}/upsert?options=update`, twice)).statusCode, 204);
    const [, second, third] = await levels();
    assert.deepEqual([second.level, third.level, third.name], [undefined, 2, 'last']);
  });

  test('comes after rights, and lets the product and admitted work pass', async (t, db) => {
    const { admin, ask, as, asked, policy, refused, levels, broker, tenant } = await gatedBroker(t, db);
    refused.add(id(1));
    await policy({ id: 'names', who: { roles: ['names'] }, may: ['read', 'write'], attributes: ['name'] });
    const names = await as({ sub: 'nora', roles: ['names'] });
    const answer = await ask(names, 'PATCH', `${ENTITIES}/${id(2)}`, { level: property(1) });
    assert.equal(answer.statusCode, 403);
    assert.equal(asked.length, 0, 'what is refused anyway does not count');
    const write = async (client: NgsiLdClient, value: number) => {
      const items = [lamp(1, { level: property(value) })];
      return (await client.batchUpsert(items, { update: true, tenant })).errors.length;
    };
    assert.equal(await write(broker.client, 4), 0);
    assert.equal((await admin('PATCH', `${ENTITIES}/${id(3)}`, { level: property(1) })).statusCode, 204);
    const author = asked[0]?.sender ?? null;
    assert.equal(await write(broker.clientAs(author), 5), 1);
    assert.equal((await levels())[0].level, 4);
    assert.equal(await write(broker.clientAs(author, { isAdmitted: true }), 6), 0);
    assert.equal((await levels())[0].level, 6);
  });
});
