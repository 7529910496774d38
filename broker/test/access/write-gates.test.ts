import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Database } from '../../src/database/database.ts';
import type { GatedWrites } from '../../src/main.ts';
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

eachDatabase('A gate for writes', (test) => {
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
