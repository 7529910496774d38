import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Database } from '../../src/database/database.ts';
import { representEntity } from '../../src/model/represent/represent.ts';
import { Generator } from '../query/generate.ts';
import { eachDatabase } from '../support/index.ts';
import { draw, sorted } from './drawn-queries.ts';
import { type Member, startMember } from './fleet.ts';
import { startOtherSource } from './other-source.ts';

/** Random entities; about half of them are valid and accepted. */
const DRAWN = 120;
/** FLEET_QUERIES tries more. */
const QUERIES = Number(process.env.FLEET_QUERIES ?? 30);
/** FLEET_SEED tries others. */
const SEED = Number(process.env.FLEET_SEED ?? 0);

const TYPES = ['Lamp', 'Bin', 'Device'];
const NAMES = { compact: (iri: string) => iri.replace(/^https:\/\/(?:example\.org|uri\.etsi\.org\/ngsi-ld)\//, '') };

type Document = Record<string, unknown>;

function documents(seed: number): Document[] {
  const generator = new Generator(seed);
  return Array.from({ length: DRAWN }, (_, index) => {
    const document = representEntity(generator.entity(index), NAMES, { format: 'normalized', sysAttrs: false });
    return document as Document; // nothing is left out
  });
}

interface World {
  readonly fleet: Member;
  readonly alone: Member;
}

/** One broker with all data, and two brokers with a part each, of which one has the other as a source. */
async function worldOf(
  t: TestContext,
  db: Database,
  seed: number,
  split: (entity: Document) => Document[],
): Promise<World> {
  const [alone, fleet, other] = [await startMember(t, db), await startMember(t, db), await startMember(t, db)];
  const drawn = documents(seed);
  const { status, body } = await alone.ask('POST', '/entityOperations/create', drawn);
  assert.equal(status, 207, JSON.stringify(body));
  const entities = drawn.filter(({ id }) => body.success.includes(id));
  assert.ok(entities.length > DRAWN / 4);
  const parts = entities.map(split);
  for (const [index, member] of [fleet, other].entries()) {
    await create(
      member,
      parts.flatMap((each) => (each[index]?.id === undefined ? [] : [each[index]])),
    );
  }
  await fleet.register({ ...other.source, information: [{ entities: TYPES.map((type) => ({ type })) }] });
  return { fleet, alone };
}

async function create(member: Member, entities: readonly Document[]): Promise<void> {
  const { status, body } = await member.ask('POST', '/entityOperations/create', entities);
  assert.equal(status, 201, JSON.stringify(body));
}

/** Sends random queries to both and compares the answers; some must have results. */
async function answersAlike({ fleet, alone }: World, seed: number, extra: Record<string, string>): Promise<void> {
  const generator = new Generator(seed);
  let found = 0;
  for (let index = 0; index < QUERIES; index++) {
    const query = draw(generator);
    const path = (parameters: Record<string, string>) => `/entities?${new URLSearchParams(parameters)}`;
    const [one, many] = await Promise.all([
      alone.ask('GET', path(query)),
      fleet.ask('GET', path({ ...query, ...extra })),
    ]);
    const text = JSON.stringify(query);
    assert.equal(many.status, one.status, text);
    assert.deepEqual(many.body.map(sorted), one.body.map(sorted), text);
    assert.equal(many.headers.get('ngsild-results-count'), one.headers.get('ngsild-results-count'), text);
    assert.equal(
      /rel="next"/.test(String(many.headers.get('link'))),
      /rel="next"/.test(String(one.headers.get('link'))),
    );
    assert.equal(many.headers.get('ngsild-warning'), null, text);
    found += one.body.length;
    if (index % 5 === 0) await pagesAlike({ fleet, alone }, query, extra);
  }
  assert.ok(found > QUERIES / 10, `${found} entities found`);
}

/**
 * By an entity map, page after page, the fleet returns everything that the single broker has; in another order it
 * refuses.
 */
async function pagesAlike(
  { fleet, alone }: World,
  { offset: _offset, count: _count, ...query }: Record<string, string>,
  extra: Record<string, string>,
): Promise<void> {
  const path = (parameters: Record<string, string>) => `/entities?${new URLSearchParams({ ...query, ...parameters })}`;
  const whole = (await alone.ask('GET', path({ limit: '1000' }))).body;
  const limit = 7;
  const begun = await fleet.ask('GET', path({ ...extra, limit: String(limit), entityMap: 'true' }));
  assert.equal(begun.status, 201, JSON.stringify(query));
  const headers = { 'NGSILD-EntityMap': String(begun.headers.get('ngsild-entitymap')) };
  const pages = [...begun.body];
  for (let offset = limit; offset < whole.length; offset += limit) {
    const parameters = { ...extra, limit: String(limit), offset: String(offset), count: 'true' };
    const page = await fleet.ask('GET', path(parameters), undefined, headers);
    assert.deepEqual([page.status, page.headers.get('ngsild-results-count')], [200, String(whole.length)]);
    pages.push(...page.body);
  }
  assert.deepEqual(pages.map(sorted), whole.map(sorted), JSON.stringify(query));

  const ordered = path({ ...extra, orderBy: 'id;desc' });
  // No source is registered for this type.
  assert.equal((await fleet.ask('GET', ordered)).status, query.type === 'Nothing' ? 200 : 400);
  assert.equal((await fleet.ask('GET', `${ordered}&local=true`)).status, 200);
}

function given(members: Document): Document {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

eachDatabase('4.3.6.2 Two brokers with an inclusive split answer as one that has everything', (test) => {
  test('where each entity is at one of them', async (t, db) => {
    const world = await worldOf(t, db, 11 + SEED, (entity) => {
      const isHere = /[02468]$/.test(String(entity.id));
      return isHere ? [entity, {}] : [{}, entity];
    });
    await answersAlike(world, 12 + SEED, {});
  });

  test('where each entity has attributes at both', async (t, db) => {
    const world = await worldOf(t, db, 13 + SEED, ({ id, type, scope, alpha, gamma, location, ...others }) => [
      { id, type, ...(scope !== undefined && { scope }), ...given({ alpha, gamma, location }) },
      { id, type, ...others },
    ]);
    await answersAlike(world, 14 + SEED, { splitEntities: 'true' });
  });
});

const lamp = (number: number, members: Record<string, unknown> = {}) => ({
  id: `urn:ngsi-ld:Lamp:${number}`,
  type: 'Lamp',
  power: { type: 'Property', value: number },
  ...members,
});

/** Two brokers, the first of which has the other as a source of lamps; lamp 2 is at both. */
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
  test('keeps the entities of its beginning, wherever they are', async (t, db) => {
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

  test('starts again if the map no longer exists', async (t, db) => {
    const { first } = await startPair(t, db);
    const headers = { 'NGSILD-EntityMap': '/ngsi-ld/v1/entityMaps/urn:ngsi-ld:entitymap:gone' };
    const answer = await first.ask('GET', '/entities?type=Lamp', undefined, headers);
    assert.equal(answer.status, 201);
    assert.notEqual(answer.headers.get('ngsild-entitymap'), headers['NGSILD-EntityMap']);
    assert.deepEqual(numbers(answer.body), [1, 2, 3, 4, 5]);
  });
});

eachDatabase('5.7.11 Types and attributes of context sources', (test) => {
  test('are listed with the local ones, and without them with local=true', async (t, db) => {
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

eachDatabase('5.2.34 Answers of a source are reused for cacheDuration', (test) => {
  test('with warning 110, until something is written there; and instead of a failing source', async (t, db) => {
    const first = await startMember(t, db);
    const source = await startOtherSource(t, '127.0.0.79');
    source.entities.set('urn:ngsi-ld:Lamp:1', lamp(1));
    const register = (management: Record<string, unknown>, operations = ['retrieveOps', 'updateOps']) =>
      first.register({ endpoint: source.endpoint, operations, management });
    const cached = await register({ cacheDuration: 'PT1H' });
    const ask = async () => {
      const { status, body, headers } = await first.ask('GET', '/entities?type=Lamp');
      assert.equal(status, 200);
      return [body[0]?.power.value, String(headers.get('ngsild-warning')).slice(0, 3)];
    };
    const asked = () => source.seen.filter(({ method }) => method === 'GET').length;
    assert.deepEqual(await ask(), [1, 'nul']);
    source.entities.set('urn:ngsi-ld:Lamp:1', lamp(2));
    assert.deepEqual(await ask(), [1, '110']);
    assert.equal(asked(), 1);
    await first.ask('PATCH', '/entities/urn:ngsi-ld:Lamp:1/attrs', { power: { type: 'Property', value: 3 } });
    assert.deepEqual(await ask(), [3, 'nul']);
    assert.equal(asked(), 2);
    await first.ask('DELETE', `/csourceRegistrations/${cached}`);

    await register({ cacheDuration: 'PT0.001S', timeout: 2000 });
    assert.deepEqual(await ask(), [3, 'nul']);
    source.hang(true);
    const { body, headers } = await first.ask('GET', '/entities?type=Lamp');
    assert.equal(body[0].power.value, 3);
    assert.match(
      String(headers.get('ngsild-warning')),
      /^110 alzette-\w+ "source http.*, because it currently fails: no answer/,
    );
  });

  test('warnings of a source are passed on as its own', async (t, db) => {
    const [first, second] = [await startMember(t, db), await startMember(t, db)];
    const hanging = await startOtherSource(t, '127.0.0.80');
    hanging.hang(true);
    await second.register({ endpoint: hanging.endpoint, management: { timeout: 100 } });
    await first.register(second.source);
    await second.ask('POST', '/entities', lamp(1));
    const { body, headers } = await first.ask('GET', '/entities/urn:ngsi-ld:Lamp:1');
    assert.equal(body.power.value, 1);
    const { contextSourceAlias } = (await second.ask('GET', '/info/sourceIdentity')).body;
    assert.match(
      String(headers.get('ngsild-warning')),
      new RegExp(`^199 ${contextSourceAlias} "source ${hanging.endpoint}`),
    );
  });
});
