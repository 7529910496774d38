import assert from 'node:assert/strict';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { startTemporalBroker } from './temporal-broker.ts';

const ID = 'urn:ngsi-ld:Lamp:paged';
const VEHICLE = 'urn:ngsi-ld:Vehicle:1';
const SINCE = 'type=Vehicle&timerel=after&timeAt=2026-01-01T00:00:00Z';
const sample = (value: number | string, observedAt: string) => ({ type: 'Property', value, observedAt });
const time = (n: number) => `2026-01-${String(n).padStart(2, '0')}T00:00:00Z`;
const series = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ type: 'Property', value: from + n, observedAt: time(from + n) }));

eachHistoryDatabase('6.3.10 Pages of attribute instances, and 5.7.4 their scopes', (test) => {
  async function start(pageSize: number, db: Parameters<typeof startTemporalBroker>[0]) {
    const broker = await startTemporalBroker(db, freshTenant(), pageSize);
    const entity = { id: ID, type: 'Lamp', level: series(1, 10), power: series(11, 10) };
    assert.equal((await broker.ask('POST', '/temporal/entities', entity)).statusCode, 201);
    return broker;
  }

  test('answers 200 when all fit', async (t, db) => {
    const { ask, close } = await start(20, db);
    t.after(close);
    const response = await ask('GET', `/temporal/entities/${ID}`);
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers['content-range'], undefined);
  });

  test('truncates by time: a client that continues misses nothing and gets nothing twice', async (t, db) => {
    const { ask, close } = await start(6, db);
    t.after(close);
    const seen: number[] = [];
    let query = '';
    for (let page = 0; page < 10; page++) {
      const response = await ask('GET', `/temporal/entities/${ID}${query}`);
      const body = response.json();
      seen.push(...[...(body.level ?? []), ...(body.power ?? [])].map(({ value }) => value));
      if (response.statusCode === 200) break;
      assert.equal(response.statusCode, 206, response.body);
      const [, end = ''] = /^date-time \S+Z-(\S+Z)\/\*$/.exec(String(response.headers['content-range'])) ?? [];
      query = `?timerel=after&timeAt=${end.replace('Z', '.001Z')}`;
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 20 }, (_, n) => n + 1),
    );
  });

  test('goes back from the latest with lastN, and shows truncated attributes as empty', async (t, db) => {
    const { ask, close } = await start(10, db);
    t.after(close);
    const response = await ask('GET', `/temporal/entities/${ID}?lastN=10`);
    assert.equal(response.statusCode, 206);
    assert.equal(response.headers['content-range'], `date-time ${time(20)}-${time(11)}/10`);
    assert.deepEqual(response.json().level, []);
    assert.equal(response.json().power.length, 10);
    // A limit that was set holds for lastN, too.
    assert.equal((await ask('GET', `/temporal/entities/${ID}?lastN=20`)).json().power.length, 10);
  });

  test('gives what lastN asks of named attributes up to a thousand, and tells where more begins', async (t, db) => {
    const { ask, close } = await startTemporalBroker(db, freshTenant());
    t.after(close);
    const first = Date.parse('2026-01-01T00:00:00Z');
    const level = Array.from({ length: 1_200 }, (_, n) => {
      return { type: 'Property', value: n, observedAt: new Date(first + n * 60_000).toISOString() };
    });
    assert.equal((await ask('POST', '/temporal/entities', { id: ID, type: 'Lamp', level })).statusCode, 201);
    const values = async (path: string) => {
      const response = await ask('GET', `/temporal/entities${path}`);
      const [entity] = [response.json()].flat();
      return [response.statusCode, entity.level.length, entity.level.at(-1).value];
    };
    assert.deepEqual(await values(`/${ID}?attrs=level&lastN=500`), [200, 500, 1_199]);
    assert.deepEqual(await values(`/${ID}?attrs=level&lastN=1100`), [206, 1_000, 1_199]);
    assert.deepEqual(await values(`/${ID}?lastN=500`), [206, 32, 1_199], 'of all attributes, a page');
    assert.deepEqual(await values(`/${ID}`), [206, 32, 31]);
    assert.deepEqual(await values(`/${ID}?lastN=20`), [200, 20, 1_199]);
    const query = '?type=Lamp&attrs=level&timerel=after&timeAt=2026-01-01T00:00:00Z&lastN=500';
    assert.deepEqual(await values(query), [200, 500, 1_199]);
    assert.deepEqual(
      await values(`${query}&limit=1000`),
      [206, 32, 1_199],
      'pages of many entities have fewer of each',
    );
  });

  test('is not partial if lastN fits', async (t, db) => {
    const { ask, close } = await start(6, db);
    t.after(close);
    const response = await ask('GET', `/temporal/entities/${ID}?lastN=3`);
    assert.equal(response.statusCode, 200);
    assert.deepEqual(
      response.json().level.map(({ value }: { value: number }) => value),
      [8, 9, 10],
    );
  });

  test('5.7.4: scopeQ finds an entity only by instances from the time of the scope', async (t, db) => {
    const { ask, close } = await startTemporalBroker(db, freshTenant());
    t.after(close);
    const entity = {
      id: VEHICLE,
      type: 'Vehicle',
      speed: [sample(10, '2026-01-01T01:00:00Z'), sample(20, '2026-01-01T03:00:00Z')],
      heading: [sample(90, '2026-01-01T01:30:00Z')],
      scope: [sample('/EU/France', '2026-01-01T00:30:00Z'), sample('/EU/Spain', '2026-01-01T02:00:00Z')],
    };
    assert.equal((await ask('POST', '/temporal/entities', entity)).statusCode, 201);
    const found = async (query: string) => {
      const answer = await ask('GET', `/temporal/entities?${SINCE}&scopeQ=/EU/Spain&${query}&count=true`);
      assert.equal(answer.statusCode, 200, answer.body);
      const values = (answer.json() as { speed?: { value: number }[] }[]).map((each) =>
        [each.speed ?? []].flat().map(({ value }) => value),
      );
      return [Number(answer.headers['ngsild-results-count']), values];
    };
    assert.deepEqual(await found('pick=speed'), [1, [[20]]]);
    assert.deepEqual(await found('attrs=speed'), [1, [[20]]]);
    assert.deepEqual(await found('pick=heading'), [0, []], 'measured in France alone');
    assert.deepEqual(await found('attrs=heading'), [0, []]);
    assert.deepEqual(await found('pick=heading,speed'), [1, [[20]]]);
    assert.deepEqual(await found('omit=heading'), [1, [[20]]]);
  });
});
