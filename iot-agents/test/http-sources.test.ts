import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { chosenBy, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { askAgents } from './support/ask.ts';
import { CONTEXT } from './support/territory.ts';
import type { Answer, ReceivedRequest, WebServer } from './support/web-server.ts';
import { startWebServer } from './support/web-server.ts';

function fresh(): string {
  return `s-${randomBytes(5).toString('hex')}`;
}

const ENTITIES = [
  {
    type: 'AirQualityObserved',
    id: "'urn:ngsi-ld:AirQualityObserved:' + data.station",
    attributes: [
      { name: 'no2', value: 'data.no2', unitCode: 'GQ' },
      { name: 'relativeHumidity', value: 'data.humidity / 100' },
      { name: 'location', type: 'GeoProperty', value: '[data.lon, data.lat]' },
    ],
  },
];
const OBSERVED = { value: 'data.at', format: 'dd/MM/yyyy HH:mm', timeZone: 'Europe/Paris' };

function station(name: string, no2: unknown, at = '15/01/2026 08:00') {
  return { station: name, no2, humidity: 60, lon: 5.93, lat: 49.47, at };
}

for (const database of chosenBy('http-sources', testDatabases())) {
  describe(`sources polled over HTTP on ${database.kind}`, () => {
    const { ask, close, territory } = askAgents(database);
    const servers: WebServer[] = [];
    after(async () => {
      await close();
      await Promise.all(servers.map((server) => server.close()));
    });
    const serve = async (answer: (asked: ReceivedRequest) => Answer | Promise<Answer>): Promise<WebServer> => {
      const server = await startWebServer(answer);
      servers.push(server);
      return server;
    };
    const no2 = async (name: string): Promise<unknown> =>
      ((await entity(name))?.no2 as { value?: unknown } | undefined)?.value;
    const entity = async (name: string) => (await territory()).entity(`urn:ngsi-ld:AirQualityObserved:${name}`);

    test('creates entities of items, once each, and reports the errors of the others', async () => {
      const [a, b] = [fresh(), fresh()];
      let list: object[] = [
        station(a, 21),
        station(b, 30),
        station(fresh(), 5, '2026-01-15'),
        station(fresh(), null),
        station(fresh(), 'n/a'),
      ];
      const server = await serve(({ headers }) => {
        const etag = `"${JSON.stringify(list).length}"`;
        return headers['if-none-match'] === etag ? { status: 304 } : { headers: { etag }, body: { data: { list } } };
      });
      const id = fresh();
      const source = {
        id,
        name: 'Air of the region',
        kind: 'http',
        from: {
          url: `${server.url}/air`,
          headers: { 'X-Client': 'us' },
          secretHeaders: { 'X-Api-Key': 'top-secret-1' },
        },
        items: '/data/list',
        observedAt: OBSERVED,
        entities: ENTITIES,
      };
      const made = await ask('POST', '/sources', source);
      assert.equal(made.status, 201, JSON.stringify(made.body));
      assert.deepEqual(made.body.from.secretHeaders, { 'X-Api-Key': '***' });
      assert.equal(made.body.nextRunAt, null);

      const first = await ask('POST', `/sources/${id}/run`);
      assert.equal(first.status, 200, JSON.stringify(first.body));
      const { outcome, rows, taken, refused, problems } = first.body;
      assert.deepEqual({ outcome, rows, taken, refused }, { outcome: 'ok', rows: 5, taken: 4, refused: 1 });
      assert.equal(problems[0].item, 2);
      assert.match(problems[0].message, /observedAt is "2026-01-15", expected a time written as dd\/MM\/yyyy HH:mm/);
      assert.deepEqual([problems[1].item, problems[1].message], [4, 'no2: "n/a" is not a number']);
      assert.equal(server.asked[0]?.headers['x-api-key'], 'top-secret-1');
      assert.equal(server.asked[0]?.headers['x-client'], 'us');
      const shown = await eventually('the first station', () => entity(a));
      assert.deepEqual(shown.no2, {
        type: 'Property',
        value: 21,
        unitCode: 'GQ',
        observedAt: '2026-01-15T07:00:00.000Z',
      });
      assert.deepEqual((shown.relativeHumidity as { value: number }).value, 0.6);

      assert.equal((await ask('POST', `/sources/${id}/run`)).body.outcome, 'unchanged');
      list = [station(a, 21), station(b, 33), station(a, 25, '15/01/2026 09:00')];
      const third = (await ask('POST', `/sources/${id}/run`)).body;
      assert.deepEqual([third.outcome, third.rows, third.taken, third.known], ['ok', 3, 2, 1]);
      await eventually('the later value', async () => (await no2(a)) === 25 || undefined);
      await eventually('the corrected value', async () => (await no2(b)) === 33 || undefined);
      const { app } = await territory();
      const history = await app.inject({
        url: `/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:AirQualityObserved:${a}?attrs=no2`,
        headers: { link: `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"` },
      });
      assert.deepEqual(
        history
          .json()
          .no2.map(({ value }: { value: number }) => value)
          .sort(),
        [21, 25],
      );
      const seen = (await ask('GET', `/sources/${id}`)).body;
      assert.equal(seen.lastRun.taken, 2);
      assert.equal((await ask('GET', `/sources/${id}/runs`)).body.runs.length, 3);
    });

    test('stores secrets encrypted, also when read data are written back, and sends them to no other host', async () => {
      const server = await serve(() => ({ body: [] }));
      const id = fresh();
      const from = { url: `${server.url}/a`, secretParameters: { key: 'parameter-secret' } };
      await ask('POST', '/sources', { id, name: 'x', kind: 'http', from, entities: ENTITIES });
      const read = (await ask('GET', `/sources/${id}`)).body;
      assert.deepEqual(read.from.secretParameters, { key: '***' });
      assert.equal((await ask('PUT', `/sources/${id}`, { ...read, name: 'y' })).status, 204);
      await ask('POST', `/sources/${id}/run`);
      assert.equal(server.asked[0]?.url.searchParams.get('key'), 'parameter-secret');
      const elsewhere = { ...read, from: { ...read.from, url: 'http://127.0.0.1:1/a' } };
      const refused = await ask('PUT', `/sources/${id}`, elsewhere);
      assert.equal(refused.status, 400);
      assert.match(refused.body.message, /from\.secretParameters\.key is "\*\*\*".*none is stored for that host/);
      const db = await database.open();
      const { rows } = await db.query<{ row: string }>({ text: 'SELECT s::text AS row FROM iot.source AS s' });
      assert.ok(
        rows.length > 0 && rows.every(({ row }) => !row.includes('parameter-secret') && !row.includes('top-secret')),
      );
    });

    test('tests a source before it is saved, and imports nothing', async () => {
      const name = fresh();
      const server = await serve(() => ({ body: [station(name, 1), station(fresh(), 2, 'soon')] }));
      const source = {
        id: fresh(),
        name: 'x',
        kind: 'http',
        from: { url: server.url },
        observedAt: OBSERVED,
        entities: ENTITIES,
      };
      const { status, body } = await ask('POST', '/sources/preview', source);
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual([body.rows, body.refused, body.items.length], [2, 1, 2]);
      assert.equal(body.items[0].observedAt, '2026-01-15T07:00:00.000Z');
      assert.equal(body.items[0].entities[0].no2.value, 1);
      assert.equal(body.items[0].data.station, name);
      assert.equal((await ask('GET', `/sources/${source.id}`)).status, 404);
      assert.equal(await entity(name), undefined);
      const nothing = await ask('POST', '/sources/preview', { ...source, items: '/list' });
      assert.deepEqual([nothing.status, nothing.body.name], [422, 'SOURCE_UNREADABLE']);
      assert.match(nothing.body.message, /there is nothing at items "\/list"; the answer has: 0, 1/);
    });

    const PAGINGS: readonly [
      name: string,
      paging: object,
      answer: (asked: ReceivedRequest, list: object[]) => Answer,
    ][] = [
      [
        'by offset',
        { by: 'offset', parameter: 'from', size: 2, sizeParameter: 'count' },
        ({ url }, list) => {
          const [from, count] = [Number(url.searchParams.get('from')), Number(url.searchParams.get('count'))];
          return { body: { list: list.slice(from, from + count) } };
        },
      ],
      [
        'by page',
        { by: 'page', parameter: 'page', size: 2 },
        ({ url }, list) => {
          const page = Number(url.searchParams.get('page'));
          return { body: { list: list.slice((page - 1) * 2, page * 2) } };
        },
      ],
      [
        'by a cursor',
        { by: 'cursor', parameter: 'after', pointer: '/next' },
        ({ url }, list) => {
          const after = Number(url.searchParams.get('after'));
          return { body: { list: list.slice(after, after + 2), next: after + 2 < list.length ? after + 2 : null } };
        },
      ],
      [
        'by the Link header',
        { by: 'next' },
        ({ url }, list) => {
          const at = Number(url.searchParams.get('at'));
          const more = at + 2 < list.length;
          return {
            body: { list: list.slice(at, at + 2) },
            ...(more && { headers: { link: `</x?at=${at + 2}>; rel="next"` } }),
          };
        },
      ],
    ];
    for (const [name, paging, answer] of PAGINGS) {
      test(`reads all pages ${name}`, async () => {
        const list = Array.from({ length: 5 }, (_, n) => station(`${fresh()}-${n}`, n));
        const server = await serve((asked) => answer(asked, list));
        const id = fresh();
        const from = { url: `${server.url}/x`, paging };
        await ask('POST', '/sources', {
          id,
          name: 'x',
          kind: 'http',
          from,
          items: '/list',
          observedAt: OBSERVED,
          entities: ENTITIES,
        });
        const { body } = await ask('POST', `/sources/${id}/run`);
        assert.deepEqual([body.outcome, body.rows, body.taken], ['ok', 5, 5], JSON.stringify(body));
        assert.equal(server.asked.length, 3);
      });
    }

    test('runs by its schedule, once for all processes', async () => {
      let n = 0;
      const name = fresh();
      const server = await serve(() => {
        n += 1;
        return { body: { ...station(name, n), at: undefined } };
      });
      const { agentsBeside } = await territory();
      const others = await Promise.all([agentsBeside(), agentsBeside()]);
      const id = fresh();
      await ask('POST', '/sources', {
        id,
        name: 'x',
        kind: 'http',
        schedule: { everyS: 1 },
        from: { url: server.url },
        entities: ENTITIES,
      });
      await eventually(
        'three runs',
        async () => (await ask('GET', `/sources/${id}/runs`)).body.count >= 3 || undefined,
        60_000,
      );
      const shownSource = (await ask('GET', `/sources/${id}`)).body;
      assert.equal((await ask('PUT', `/sources/${id}`, { ...shownSource, enabled: false })).status, 204);
      await eventually('rest', async () => (await ask('GET', `/sources/${id}`)).body.running === false || undefined);
      const { runs } = (await ask('GET', `/sources/${id}/runs`)).body;
      assert.equal(server.asked.length, runs.length);
      assert.equal(server.mostAtOnce(), 1);
      assert.equal((await ask('GET', `/sources/${id}`)).body.nextRunAt, null);
      await Promise.all(others.map((agents) => agents.close()));
    });

    test('delays a source that refuses, for as long as it asks', async () => {
      const server = await serve(() => ({ status: 503, headers: { 'retry-after': '1800' }, body: { sorry: 'later' } }));
      const id = fresh();
      const schedule = { cron: '*/5 * * * *', timeZone: 'Europe/Paris' };
      await ask('POST', '/sources', {
        id,
        name: 'x',
        kind: 'http',
        schedule,
        from: { url: `${server.url}/a?k=1` },
        entities: ENTITIES,
      });
      const { body } = await ask('POST', `/sources/${id}/run`);
      assert.equal(body.outcome, 'failed');
      assert.equal(body.message, `${server.url}/a answered 503: {"sorry":"later"}`);
      const shownSource = (await ask('GET', `/sources/${id}`)).body;
      assert.equal(shownSource.failures, 1);
      assert.ok(Date.parse(shownSource.nextRunAt) > Date.now() + 1_700_000, shownSource.nextRunAt);
    });

    const VALID = { id: 'w', name: 'x', kind: 'http', from: { url: 'http://127.0.0.1/' }, entities: ENTITIES };
    const WRONG: readonly [change: object, message: RegExp][] = [
      [{ kind: 'ftp' }, /kind is "ftp", expected one of http/],
      [{ from: { url: 'file:///etc/passwd' } }, /from\.url must match pattern .*got "file:/],
      [{ from: { url: 'https://me:pw@x.org/' } }, /from\.url is "https:\/\/…@x\.org", expected no user and password/],
      [{ schedule: { cron: '61 * * * *' } }, /schedule\.cron is "61 \* \* \* \*", expected five or six fields/],
      [{ schedule: { everyS: 60, cron: '* * * * *' } }, /expected either everyS or cron/],
      [{ schedule: { cron: '* * * * *', timeZone: 'Europe/Audun' } }, /schedule\.timeZone is "Europe\/Audun"/],
      [{ observedAt: { value: 'data.|' } }, /observedAt\.value: "data\.\|" is not a JEXL/],
      [{ entities: [] }, /entities must NOT have fewer than 1 items/],
      // Rules that none of its devices can violate.
      [
        { entities: [{ type: 'A', id: 'data.id', attributes: [{ name: 'a', value: 'data.a', silent: 'unknown' }] }] },
        /entities\[0\]\.attributes\[0\] must NOT have additional properties "silent"/,
      ],
      [{ from: { url: 'http://x/', paging: { by: 'page', parameter: 'p' } } }, /from\.paging\.size is missing/],
    ];
    for (const [change, message] of WRONG) {
      test(`refuses ${JSON.stringify(change)}`, async () => {
        const { status, body } = await ask('POST', '/sources', { ...VALID, ...change });
        assert.deepEqual([status, body.name], [400, 'WRONG_SYNTAX']);
        assert.match(body.message, message);
      });
    }
  });
}
