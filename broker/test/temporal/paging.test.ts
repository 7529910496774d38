import assert from 'node:assert/strict';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { startTemporalBroker } from './temporal-broker.ts';

const ID = 'urn:ngsi-ld:Lamp:paged';
const time = (n: number) => `2026-01-${String(n).padStart(2, '0')}T00:00:00Z`;
const series = (from: number, count: number) =>
  Array.from({ length: count }, (_, n) => ({ type: 'Property', value: from + n, observedAt: time(from + n) }));

eachHistoryDatabase('6.3.10 paging of attribute instances', (test) => {
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

  test('gives what lastN asks for up to a thousand, and tells where more begins', async (t, db) => {
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
    assert.deepEqual(await values(`/${ID}?lastN=500`), [200, 500, 1_199]);
    assert.deepEqual(await values(`/${ID}?lastN=1100`), [206, 1_000, 1_199]);
    assert.deepEqual(await values(`/${ID}`), [206, 32, 31]);
    assert.deepEqual(await values(`/${ID}?lastN=20`), [200, 20, 1_199]);
    const query = '?type=Lamp&timerel=after&timeAt=2026-01-01T00:00:00Z&lastN=500';
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
});
