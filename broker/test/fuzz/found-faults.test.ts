import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Database } from '../../src/database/database.ts';
import { createBroker } from '../../src/main.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';
import { problemFaults } from './faults.ts';

/** Requests that once caused a 5xx, each with the expected status and words of the answer. */
const POINT = { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.4] } };
const HALF_THE_GLOBE = [
  [
    [-180, -90],
    [180, -90],
    [180, 90],
    [-180, 90],
    [-180, -90],
  ],
];
const API = '/ngsi-ld/v1';

type Inject = Awaited<ReturnType<typeof start>>;

async function start(t: TestContext, db: Database) {
  const broker = await createBroker({ db, publicUrl: 'http://127.0.0.1' });
  t.after(() => broker.close());
  const tenant = freshTenant();
  const ask = (method: 'GET' | 'POST' | 'PATCH', path: string, body?: string | object) =>
    broker.app.inject({
      method,
      url: API + path,
      headers: { 'ngsild-tenant': tenant, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { payload: body }),
    });
  await ask('POST', '/entities', { id: 'urn:a:lamp', type: 'Lamp', location: POINT });
  return ask;
}

async function refused(ask: Inject, args: Parameters<Inject>, status: number, words: RegExp): Promise<void> {
  const answer = await ask(...args);
  assert.equal(answer.statusCode, status, answer.body);
  assert.deepEqual(problemFaults(answer.json(), status), []);
  assert.match(answer.json().detail, words);
}

eachDatabase('Requests that once caused a server error', (test) => {
  test('endlessly nested documents are refused with the position', async (t, db) => {
    const ask = await start(t, db);
    const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    const entity = (member: string, depth: number) => `{"id":"urn:a:b","type":"T","${member}":${deep(depth)}}`;
    const levels = /nests deeper than 256 levels at byte \d+/;
    await refused(ask, ['POST', '/entities', entity('scope', 100_000)], 400, levels);
    await refused(ask, ['POST', '/entityOperations/create', `[${entity('location', 100_000)}]`], 400, levels);
    await refused(ask, ['POST', '/subscriptions', entity('q', 100_000)], 400, levels);
    await refused(ask, ['POST', '/entities', entity('a', 100)], 400, /a: nested deeper than 64 levels/);
    await refused(ask, ['POST', '/entities', entity('scope', 100)], 400, /^scope: got \[\[\[.*\.\.\., expected/);
    await refused(
      ask,
      ['GET', `/entities?type=T&georel=within&geometry=Point&coordinates=${deep(8000)}`],
      400,
      /\[\[\[/,
    );
    const quoted = { type: 'GeoProperty', value: `{"type":"Point","coordinates":${deep(50_000)}}` };
    await refused(ask, ['POST', '/entities', { id: 'urn:a:b', type: 'T', location: quoted }], 400, /location.value/);
  });

  test('brackets within strings do not count as nesting', async (t, db) => {
    const ask = await start(t, db);
    const text = `${'['.repeat(3000)}"\\${'{'.repeat(1000)}\\\\"`;
    assert.equal((await ask('POST', '/entities', { id: 'urn:a:b', type: 'T', text })).statusCode, 201);
    assert.equal((await ask('GET', '/entities/urn:a:b?format=simplified')).json().text, text);
  });

  test('ids and names that are too long for an index are refused with the limit', async (t, db) => {
    const ask = await start(t, db);
    const entity = { id: 'urn:a:b', type: 'T' };
    const limit = /at most 1000 bytes/;
    await refused(ask, ['POST', '/entities', { ...entity, id: `urn:a:${randomText(1500)}` }], 400, limit);
    await refused(ask, ['POST', '/entities', { ...entity, id: `urn:a:${'中'.repeat(400)}` }], 400, limit);
    await refused(ask, ['POST', '/entities', { ...entity, type: randomText(1500) }], 400, limit);
    await refused(ask, ['POST', '/entities', { ...entity, [randomText(1500)]: 1 }], 400, limit);
    await refused(ask, ['POST', '/entities', { ...entity, scope: `/${'中'.repeat(400)}` }], 400, limit);
    const longest = { id: `urn:a:${randomText(994)}`, type: randomText(950), [randomText(950)]: 1 };
    assert.equal((await ask('POST', '/entities', longest)).statusCode, 201);
  });

  test('values that only the database refuses have an error in our own words', async (t, db) => {
    const ask = await start(t, db);
    const instance = { type: 'Property', value: 1, datasetId: `urn:a:${randomText(994)}` };
    const entity = { id: `urn:a:${randomText(994)}`, type: 'T', [randomText(950)]: instance };
    const answer = await ask('POST', '/entities', entity);
    if (answer.statusCode === 201) return;
    assert.equal(answer.statusCode, 400, answer.body);
    assert.doesNotMatch(answer.json().detail, /index row|btree|history/);
    assert.match(answer.json().detail, /can't be stored: .*, expected/);
  });

  test('a year that the database does not support is refused', async (t, db) => {
    const ask = await start(t, db);
    const wrong = (member: string, time: string) => ({ id: 'urn:a:b', type: 'T', [member]: time });
    await refused(ask, ['POST', '/entities', wrong('expiresAt', '0000-01-01T00:00:00Z')], 400, /^expiresAt: got "0000/);
    await refused(ask, ['POST', '/entities', wrong('expiresAt', '9999-12-31T23:59:60Z')], 400, /UTC DateTime/);
    const first = {
      type: 'Property',
      value: 1,
      observedAt: '0001-01-01T00:00:00Z',
      expiresAt: '9999-12-31T23:59:59.999999Z',
    };
    assert.equal((await ask('POST', '/entities', { id: 'urn:a:c', type: 'T', p: first })).statusCode, 201);
  });

  test('edges between antipodes are measured, stored and queried', async (t, db) => {
    const ask = await start(t, db);
    const wide = { type: 'GeoProperty', value: { type: 'Polygon', coordinates: HALF_THE_GLOBE } };
    assert.equal(
      (await ask('POST', '/entities', { id: 'urn:a:world', type: 'Lamp', location: wide, extent: wide })).statusCode,
      201,
    );
    // The result of PostGIS on the sphere changes with previously measured rows, also those of others.
    const others = Array.from({ length: 3 }, (_, n) => ({ id: `urn:a:other:${n}`, type: 'Other', location: POINT }));
    assert.equal((await ask('POST', '/entityOperations/create', others)).statusCode, 201);
    const found = async (query: string) => (await ask('GET', `/entities?type=Lamp&pick=id&${query}`)).json();
    const globe = `geometry=Polygon&coordinates=${JSON.stringify(HALF_THE_GLOBE)}`;
    const here = 'geometry=Point&coordinates=[5.9,49.4]';
    assert.deepEqual(await found(`georel=near;maxDistance==1&${here}`), [{ id: 'urn:a:lamp' }, { id: 'urn:a:world' }]);
    assert.deepEqual(await found(`georel=near;maxDistance==1&${here}&geoproperty=extent`), [{ id: 'urn:a:world' }]);
    assert.deepEqual(await found(`georel=near;maxDistance==1&${globe}`), [{ id: 'urn:a:lamp' }, { id: 'urn:a:world' }]);
    const order = `orderBy=location;dist-asc&orderGeometry=Polygon&orderFrom=${JSON.stringify(HALF_THE_GLOBE)}`;
    assert.equal((await found(order)).length, 2);
    const line = 'georel=near;minDistance==1000000&geometry=LineString&coordinates=[[0,0],[180,0]]';
    assert.deepEqual(await found(line), [{ id: 'urn:a:lamp' }]);
  });

  test('densely linked entities are not followed along every path', async (t, db) => {
    const ask = await start(t, db);
    const ids = Array.from({ length: 14 }, (_, number) => `urn:a:knot:${number}`);
    const knot = ids.map((id) => ({ id, type: 'Knot', to: { type: 'Relationship', object: ids } }));
    assert.equal((await ask('POST', '/entityOperations/create', knot)).statusCode, 201);
    const deep = /^join: more than 10000 entities .* a lower joinLevel or limit, or join=flat$/;
    await refused(ask, ['GET', '/entities/urn:a:knot:0?join=inline&joinLevel=10'], 403, deep);
    await refused(ask, ['GET', '/entities?type=Knot&join=inline&joinLevel=10&format=simplified'], 403, deep);
    assert.equal((await ask('GET', '/entities/urn:a:knot:0?join=inline&joinLevel=2')).statusCode, 200);
    assert.equal((await ask('GET', '/entities?type=Knot&join=flat&joinLevel=10')).json().length, 14);
  });

  test('U+0000 is refused wherever a URL contains it', async (t, db) => {
    const ask = await start(t, db);
    for (const path of ['/jsonldContexts/%00', '/types/%00', '/entities/urn:a:%00', '/entities?type=Lamp&lang=%00']) {
      await refused(ask, ['GET', path], 400, /^URL: got %00 at character \d+/);
    }
  });

  test('the 101st collation is refused, earlier ones stay usable', async (t, db) => {
    const ask = await start(t, db);
    const order = (tag: string) => ask('GET', `/entities?type=Lamp&orderBy=name&collation=${tag}`);
    const tags = Array.from({ length: 676 }, (_, n) => `x${letter(n / 26)}${letter(n)}`).slice(0, 102);
    const answers = [];
    for (const tag of tags) answers.push(await order(tag));
    const refusal = answers.find(({ statusCode }) => statusCode !== 200);
    if (refusal !== undefined) {
      assert.equal(refusal.statusCode, 403, refusal.body);
      assert.match(refusal.json().detail, /^collation: got x\w\w, expected "und" or one of the 100/);
      assert.equal((await order(tags[0] as string)).statusCode, 200);
    } else assert.equal(db.kind, 'pglite');
    // Other tests of this database need their own collations.
    for (const tag of tags) await db.query({ text: `DROP COLLATION IF EXISTS "ordering-${tag}"` });
  });

  test('a collation that is requested concurrently is created once', async (t, db) => {
    const ask = await start(t, db);
    const path = '/entities?type=Lamp&orderBy=name&collation=de-u-co-phonebk';
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('GET', path)));
    const statuses = new Set(answers.map(({ statusCode }) => statusCode));
    assert.ok(
      [...statuses].every((status) => status === 200 || status === 403),
      [...statuses].join(),
    );
  });
});

function letter(n: number): string {
  return String.fromCharCode(97 + (Math.floor(n) % 26));
}

/** Random letters, which can't be compressed to half. */
function randomText(length: number): string {
  let state = 7;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(97 + (state % 26));
  };
  return Array.from({ length }, next).join('');
}
