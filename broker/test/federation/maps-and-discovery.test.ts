import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Database } from '../../src/store/database.ts';
import { eachDatabase } from '../support/index.ts';
import { startMember } from './fleet.ts';

const lamp = (number: number, members: Record<string, unknown> = {}) => ({
  id: `urn:ngsi-ld:Lamp:${number}`,
  type: 'Lamp',
  power: { type: 'Property', value: number },
  ...members,
});

/** Two brokers, of which the first knows the other as a source of lamps: lamp 2 lies with both. */
async function startPair(t: TestContext, db: Database) {
  const [first, other] = [await startMember(t, db), await startMember(t, db)];
  await first.ask('POST', '/entityOperations/create', [lamp(1), lamp(2), lamp(5)]);
  const note = { note: { type: 'Property', value: 'there' } };
  await other.ask('POST', '/entityOperations/create', [lamp(2, note), lamp(3), lamp(4)]);
  const registration = await first.register(other.source);
  return { first, other, registration };
}

const numbers = (entities: readonly { id: string }[]) => entities.map(({ id }) => Number(id.split(':').at(-1)));

eachDatabase('5.5.14 A sequence of queries by an entity map', (test) => {
  test('holds to the entities of its beginning, wherever they lie', async (t, db) => {
    const { first, other, registration } = await startPair(t, db);
    const begun = await first.ask('GET', '/entities?type=Lamp&limit=2&entityMap=true');
    assert.equal(begun.status, 201);
    assert.deepEqual(numbers(begun.body), [1, 2]);
    const map = String(begun.headers.get('ngsild-entitymap'));
    assert.match(map, /^\/ngsi-ld\/v1\/entityMaps\/urn:ngsi-ld:entitymap:/);

    const document = (await first.ask('GET', map.slice('/ngsi-ld/v1'.length))).body;
    assert.deepEqual(document.entityMap['urn:ngsi-ld:Lamp:1'], ['@none']);
    assert.deepEqual(document.entityMap['urn:ngsi-ld:Lamp:2'], ['@none', registration]);
    assert.deepEqual(document.entityMap['urn:ngsi-ld:Lamp:3'], [registration]);
    assert.match(document.linkedMaps[registration], /^urn:ngsi-ld:entitymap:/);

    await first.ask('POST', '/entities', lamp(0));
    await other.ask('POST', '/entities', lamp(6));
    await other.ask('DELETE', '/entities/urn:ngsi-ld:Lamp:3');
    const headers = { 'NGSILD-EntityMap': map };
    const next = await first.ask('GET', '/entities?type=Lamp&limit=2&offset=2&count=true', undefined, headers);
    assert.equal(next.status, 200);
    assert.deepEqual(numbers(next.body), [4, 5]);
    assert.equal(next.headers.get('ngsild-entitymap'), map);
    assert.equal(next.headers.get('ngsild-results-count'), '4');
    const pruned = (await first.ask('GET', map.slice('/ngsi-ld/v1'.length))).body.entityMap;
    assert.deepEqual(numbers(Object.keys(pruned).map((id) => ({ id }))).sort(), [1, 2, 4, 5]);
  });

  test('begins anew where the map is gone', async (t, db) => {
    const { first } = await startPair(t, db);
    const headers = { 'NGSILD-EntityMap': '/ngsi-ld/v1/entityMaps/urn:ngsi-ld:entitymap:gone' };
    const answer = await first.ask('GET', '/entities?type=Lamp', undefined, headers);
    assert.equal(answer.status, 201);
    assert.notEqual(answer.headers.get('ngsild-entitymap'), headers['NGSILD-EntityMap']);
    assert.deepEqual(numbers(answer.body), [1, 2, 3, 4, 5]);
  });
});

eachDatabase('5.7.11 Types and attributes of context sources', (test) => {
  test('are told with those that are here, and without them where local=true asks so', async (t, db) => {
    const { first, other } = await startPair(t, db);
    await other.ask('POST', '/entities', {
      id: 'urn:ngsi-ld:Pole:1',
      type: 'Pole',
      height: { type: 'Property', value: 6 },
    });
    const lists = async (query = '') => [
      (await first.ask('GET', `/types${query}`)).body.typeList,
      (await first.ask('GET', `/attributes${query}`)).body.attributeList,
    ];
    assert.deepEqual(await lists(), [
      ['Lamp', 'Pole'],
      ['height', 'note', 'power'],
    ]);
    assert.deepEqual(await lists('?local=true'), [['Lamp'], ['power']]);
    assert.equal((await first.ask('GET', '/types/Lamp')).body.entityCount, 6);
    assert.equal((await first.ask('GET', '/types/Pole')).body.attributeDetails[0].attributeName, 'height');
    assert.equal((await first.ask('GET', '/types/Pole?local=true')).status, 404);
    const [, pole] = (await first.ask('GET', '/types?details=true')).body;
    assert.deepEqual([pole.typeName, pole.attributeNames], ['Pole', ['height']]);
    assert.deepEqual((await first.ask('GET', '/attributes/note')).body.typeNames, ['Lamp']);
  });
});
