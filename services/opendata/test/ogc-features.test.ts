import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { eachDatabase } from '@alzette/broker/test-support';
import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import type { Answer } from '../../../platform/test/support/service-host.ts';
import { findProgram } from '../../../scripts/programs.ts';
import { LAMP_DATASET, publish, SECRET, startOpenDataHost, writeLamps } from './support/open-data-host.ts';

const ITEMS = '/ogc/collections/lamps/items';
const EPSG = 'http://www.opengis.net/def/crs/EPSG/0/';
const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

/** A filter in text, in JSON for some cases, and the lamps that match. */
const FILTERS: readonly [text: string, found: string, json?: object][] = [
  // Basic CQL2
  ['puissance_w = 45', '2', { op: '=', args: [{ property: 'puissance_w' }, 45] }],
  ['puissance_w <> 45', '134'],
  ['puissance_w >= 45 AND NOT puissance_w > 58', '23'],
  [
    "nom = 'Lampadaire 001' OR (puissance_w > 70)",
    '14',
    {
      op: 'or',
      args: [
        { op: '=', args: [{ property: 'nom' }, 'Lampadaire 001'] },
        { op: '>', args: [{ property: 'puissance_w' }, 70] },
      ],
    },
  ],
  ['rue IS NULL', '', { op: 'isNull', args: [{ property: 'rue' }] }],
  ['rue IS NOT NULL', '1234', { op: 'not', args: [{ op: 'isNull', args: [{ property: 'rue' }] }] }],
  ['TRUE', '1234', { op: 'and', args: [true, true] }],
  ["observed_at > TIMESTAMP('2026-03-02T20:00:00Z')", '34'],
  ["observed_at < DATE('2026-03-02')", '1'],
  // Advanced comparison operators
  ["rue LIKE 'Rue de%'", '12', { op: 'like', args: [{ property: 'rue' }, 'Rue de%'] }],
  ["rue NOT LIKE 'Rue%'", '4'],
  ['puissance_w BETWEEN 45 AND 58', '23', { op: 'between', args: [{ property: 'puissance_w' }, 45, 58] }],
  ['puissance_w IN (32, 72)', '14', { op: 'in', args: [{ property: 'puissance_w' }, [32, 72]] }],
  ["nom NOT IN ('Lampadaire 001')", '234'],
  // Case and accents
  ["CASEI(rue) LIKE casei('RUE D%')", '123'],
  ["ACCENTI(rue) = ACCENTI('Rue de la République')", '12'],
  ["ACCENTI(CASEI(rue)) LIKE 'rue de la republique'", '12'],
  // Spatial functions
  [
    'S_INTERSECTS(geometry, BBOX(5.92, 49.46, 5.935, 49.475))',
    '12',
    { op: 's_intersects', args: [{ property: 'geometry' }, { bbox: [5.92, 49.46, 5.935, 49.475] }] },
  ],
  ['S_WITHIN(geometry, POLYGON((5.92 49.46, 5.935 49.46, 5.935 49.475, 5.92 49.475, 5.92 49.46)))', '12'],
  ['S_DISJOINT(geometry, POINT(5.9301 49.4701))', '234'],
  ['S_EQUALS(geometry, POINT(5.9301 49.4701))', '1'],
  ['S_CONTAINS(BBOX(5.92, 49.46, 5.935, 49.475), geometry)', '12'],
  ['S_TOUCHES(geometry, LINESTRING(5.9301 49.4701, 5.94 49.5))', '1'],
  ['S_CROSSES(LINESTRING(5 49, 6 50), BBOX(5.2, 49, 5.8, 50))', '1234'],
  ['S_OVERLAPS(BBOX(0, 0, 2, 2), BBOX(1, 1, 3, 3))', '1234'],
  ['S_INTERSECTS(geometry, MULTIPOINT((5.9301 49.4701), (5.9403 49.4803)))', '13'],
  // Temporal functions
  [
    "T_AFTER(observed_at, DATE('2026-03-02'))",
    '34',
    { op: 't_after', args: [{ property: 'observed_at' }, { date: '2026-03-02' }] },
  ],
  ["T_BEFORE(observed_at, TIMESTAMP('2026-03-02T20:00:00Z'))", '1'],
  ["T_DURING(observed_at, INTERVAL('2026-03-02', '2026-03-04'))", '23'],
  ["T_INTERSECTS(observed_at, INTERVAL('..', '2026-03-02T20:00:00Z'))", '12'],
  ["T_EQUALS(observed_at, TIMESTAMP('2026-03-03T20:00:00Z'))", '3'],
  ["T_DISJOINT(observed_at, INTERVAL('2026-03-02', '2026-03-04'))", '14'],
  ["T_CONTAINS(INTERVAL('2026-03-02', '2026-03-04'), observed_at)", '23'],
  ["T_MEETS(INTERVAL('2026-03-01', '2026-03-02T20:00:00Z'), observed_at)", '2'],
  ["T_METBY(INTERVAL('2026-03-02T20:00:00Z', '..'), observed_at)", '2'],
  ["T_STARTS(observed_at, INTERVAL('2026-03-02T20:00:00Z', '..'))", '2'],
  ["T_STARTEDBY(INTERVAL('2026-03-02T20:00:00Z', '..'), observed_at)", '2'],
  ["T_FINISHES(observed_at, INTERVAL('..', '2026-03-02T20:00:00Z'))", '2'],
  ["T_FINISHEDBY(INTERVAL('..', '2026-03-02T20:00:00Z'), observed_at)", '2'],
  ["T_OVERLAPS(INTERVAL('2026-03-01', '2026-03-03'), INTERVAL('2026-03-02', '2026-03-04'))", '1234'],
  ["T_OVERLAPPEDBY(INTERVAL('2026-03-01', '2026-03-03'), INTERVAL('2026-03-02', '2026-03-04'))", ''],
  // Property to property, and arithmetic
  ['rue = nom', ''],
  ['puissance_w * 2 + 1 > 100 AND puissance_w % 2 = 0', '34', undefined],
  ['puissance_w div 10 = 4 OR puissance_w / 0 = 1 OR 2 ^ 3 = puissance_w - 24', '12'],
];

/** Filters and parameters that are refused, with the expected detail. */
const REFUSED: readonly [query: Readonly<Record<string, string>>, detail: RegExp][] = [
  [{ filter: 'secret = 1' }, /no property "secret"; there are nom, puissance_w, rue/],
  [{ filter: 'puissance_w = ' }, /ends too early/],
  [{ filter: "puissance_w = 'x'" }, /compares a number with a text/],
  [{ filter: "nom = 'a' ; DROP TABLE x" }, /is not CQL2/],
  [{ filter: '('.repeat(200) }, /nested more than/],
  [{ filter: 'pg_sleep(1) = 1' }, /no function pg_sleep/],
  [{ filter: '{"op":"="', 'filter-lang': 'cql2-json' }, /not JSON/],
  [{ filter: 'S_INTERSECTS(geometry, POLYGON((1 1, 2 2)))' }, /^filter/],
  [{ bbox: '1,2,3' }, /^bbox: got "1,2,3", expected four numbers/],
  [{ limit: '0' }, /^limit/],
  [{ limit: 'many' }, /^limit/],
  [{ datetime: 'yesterday' }, /^datetime/],
  [{ datetime: '2026-03-02/2026-03-01' }, /^datetime/],
  [{ crs: `${EPSG}27572` }, /^crs/],
  [{ 'bbox-crs': 'x' }, /^bbox-crs/],
  [{ description: SECRET }, /description/],
  [{ puissance_w: 'bright' }, /^puissance_w/],
];

eachDatabase('OGC API Features', (test) => {
  test('Parts 1 and 2, CQL2 and tiles', async (t, db) => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const host = await startOpenDataHost(t, db, { publicUrl: url });
    await writeLamps(host);
    await publish(host, 'lamps', LAMP_DATASET);
    const get = (path: string, query: Readonly<Record<string, string>> = {}) =>
      host.ask('GET', `${path}?${new URLSearchParams(query)}`);
    const ids = ({ body, status }: Answer, of = '') => {
      assert.equal(status, 200, `${of} ${JSON.stringify(body)}`);
      return body.features.map(({ id }: { id: string }) => id.at(-1)).join('');
    };

    await t.test('core: landing page, conformance, collections (requirements 1 to 16)', async () => {
      const landing = await get('/ogc');
      const rels = landing.body.links.map(({ rel }: { rel: string }) => rel);
      for (const rel of ['self', 'service-desc', 'service-doc', 'conformance', 'data'])
        assert.ok(rels.includes(rel), rel);
      const { body } = await get('/ogc/conformance');
      assert.ok(body.conformsTo.includes('http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core'));
      const { collections } = (await get('/ogc/collections')).body;
      const [{ id, extent, links, crs, storageCrs }] = collections;
      assert.deepEqual([id, storageCrs, crs[0]], ['lamps', CRS84, CRS84]);
      assert.deepEqual(
        extent.spatial.bbox[0].map((each: number) => each.toFixed(2)),
        ['5.93', '49.47', '5.95', '49.49'],
      );
      assert.deepEqual(extent.temporal.interval, [['2026-03-01T20:00:00.000Z', '2026-03-04T20:00:00.000Z']]);
      assert.ok(links.some((link: { rel: string }) => link.rel === 'items'));
      assert.equal((await get('/ogc/collections/nothing')).status, 404);
      assert.equal((await get('/ogc', { unknown: '1' })).status, 400, 'an unknown parameter (requirement 8)');
      const api = await get('/ogc/api');
      assert.match(String(api.headers['content-type']), /^application\/vnd\.oai\.openapi\+json; ?version="?3\.0/);
      assert.equal(api.body.openapi, '3.0.3');
    });

    await t.test('items: limit, next, bbox, datetime, properties (requirements 17 to 33)', async () => {
      const first = await get(ITEMS, { limit: '3' });
      assert.equal(ids(first), '123');
      assert.deepEqual([first.body.numberMatched, first.body.numberReturned], [4, 3]);
      assert.match(String(first.headers['content-type']), /application\/geo\+json/);
      const next = first.body.links.find(({ rel }: { rel: string }) => rel === 'next').href.slice(url.length);
      const last = await host.ask('GET', next);
      assert.equal(ids(last), '4');
      assert.ok(!last.body.links.some(({ rel }: { rel: string }) => rel === 'next'));
      assert.equal(ids(await get(ITEMS, { limit: '99999999' })), '1234', 'too large a limit is no error');
      assert.equal(ids(await get(ITEMS, { bbox: '5.92,49.46,5.935,49.475' })), '12');
      assert.equal(ids(await get(ITEMS, { bbox: '5.92,49.46,0,5.935,49.475,9' })), '12');
      assert.equal(ids(await get(ITEMS, { datetime: '2026-03-02' })), '2');
      assert.equal(ids(await get(ITEMS, { datetime: '2026-03-02T20:00:00Z/..' })), '234');
      assert.equal(ids(await get(ITEMS, { datetime: '../2026-03-02T20:00:00Z' })), '12');
      assert.equal(ids(await get(ITEMS, { puissance_w: '45' })), '2');
      const one = await get(`${ITEMS}/urn:ngsi-ld:Streetlight:001`);
      assert.deepEqual(one.body.geometry, { type: 'Point', coordinates: [5.9301, 49.4701] });
      assert.deepEqual(one.body.properties, {
        nom: 'Lampadaire 001',
        puissance_w: 32,
        rue: 'Rue de la République',
        observed_at: '2026-03-01T20:00:00.000Z',
      });
      assert.equal((await get(`${ITEMS}/urn:none`)).status, 404);
      const page = await get(ITEMS, { f: 'html' });
      assert.match(page.body, /<caption>Points lumineux<\/caption>/);
      assert.doesNotMatch(page.body, /<td>=HYPERLINK\("x"\)/, 'text is escaped');
    });

    await t.test('the same rows by requests of PostgREST', async () => {
      const rows = (query: string, headers = {}) =>
        host.ask('GET', `/compat/postgrest/lamps?${query}`, undefined, headers);
      const found = async (query: string) => {
        const { status, body } = await rows(`select=id&${query}`);
        assert.equal(status, 200, `${query} ${JSON.stringify(body)}`);
        return body.map(({ id }: { id: string }) => id.at(-1)).join('');
      };
      const { relations } = (await get('/compat/postgrest')).body;
      assert.deepEqual(
        relations.map(({ name, href }: { name: string; href: string }) => [name, href]),
        [['lamps', `${url}/compat/postgrest/lamps`]],
      );
      const [all] = (await rows('')).body;
      assert.deepEqual(all, {
        id: 'urn:ngsi-ld:Streetlight:001',
        nom: 'Lampadaire 001',
        puissance_w: 32,
        rue: 'Rue de la République',
        observed_at: '2026-03-01T20:00:00.000Z',
        geometry: { type: 'Point', coordinates: [5.9301, 49.4701] },
      });
      assert.deepEqual((await rows('select=name:nom,puissance_w&puissance_w=eq.45')).body, [
        { name: 'Lampadaire 002', puissance_w: 45 },
      ]);
      for (const [query, ids] of [
        ['order=puissance_w.desc', '4321'],
        ['order=puissance_w.desc&limit=2&offset=1', '32'],
        ['order=observed_at.desc,id', '4321'],
        ['puissance_w=gt.32&puissance_w=lte.58', '23'],
        ['puissance_w=in.(32,72)', '14'],
        ['nom=in.("Lampadaire 001","x, y")', '1'],
        ['nom=not.eq.Lampadaire 001', '234'],
        ['rue=like.Rue de*', '12'],
        ['rue=is.null', ''],
        ['observed_at=gt.2026-03-02T20:00:00Z', '34'],
        ['limit=0', ''],
      ] as const)
        assert.equal(await found(query), ids, query);

      const counted = await rows('select=id&limit=3', { prefer: 'count=exact' });
      assert.deepEqual([counted.status, counted.headers['content-range']], [206, '0-2/4']);
      const ranged = await rows('select=id', { range: '1-2', 'range-unit': 'items' });
      assert.deepEqual([ranged.body.length, ranged.headers['content-range']], [2, '1-2/*']);
      const one = await rows('puissance_w=eq.45', { accept: 'application/vnd.pgrst.object+json' });
      assert.equal(one.body.nom, 'Lampadaire 002');
      assert.equal((await rows('', { accept: 'application/vnd.pgrst.object+json' })).status, 406);
      for (const [query, detail] of [
        ['select=secret', /^select: got "secret", expected a column: id, nom, puissance_w, rue/],
        ['description=eq.x', /^query: got "description"/],
        ['puissance_w=45', /^puissance_w: got "45", expected an operator and a value/],
        ['puissance_w=eq.bright', /^puissance_w: got "bright", expected a number/],
        ['puissance_w=like.4*', /^puissance_w: got "like.4\*", expected like only of a column of text/],
        ['order=puissance_w.up', /^order: /],
        ['order=geometry', /^order: /],
        ['limit=many', /^limit: /],
        ['nom=in.x', /^nom: /],
        ['nom=eq.1&select=nom(secret)', /^select: /],
      ] as const) {
        const { status, body } = await rows(query);
        assert.equal(status, 400, query);
        assert.match(body.detail, detail, query);
      }
      assert.equal((await get('/compat/postgrest/nothing')).status, 404);
    });

    await t.test('coordinate reference systems (Part 2)', async () => {
      const at = async (crs: string) => {
        const { body, headers } = await get(`${ITEMS}/urn:ngsi-ld:Streetlight:001`, { crs });
        assert.equal(headers['content-crs'], `<${crs}>`);
        return body.geometry.coordinates.map(Math.round);
      };
      assert.deepEqual((await get(ITEMS)).headers['content-crs'], `<${CRS84}>`);
      assert.deepEqual(await at(`${EPSG}4326`), [49, 6], 'latitude first');
      assert.deepEqual(await at(`${EPSG}3857`), [660136, 6355007]);
      assert.deepEqual(await at(`${EPSG}2154`), [912411, 6934020]);
      const bbox = '912300,6933900,912500,6934100';
      assert.equal(ids(await get(ITEMS, { bbox, 'bbox-crs': `${EPSG}2154` })), '12');
      assert.equal(ids(await get(ITEMS, { bbox: '49.46,5.92,49.475,5.935', 'bbox-crs': `${EPSG}4326` })), '12');
      const filter = 'S_INTERSECTS(geometry, BBOX(912300,6933900,912500,6934100))';
      assert.equal(ids(await get(ITEMS, { filter, 'filter-crs': `${EPSG}2154` })), '12');
    });

    await t.test('CQL2, text and JSON', async () => {
      for (const [filter, found, json] of FILTERS) {
        assert.equal(ids(await get(ITEMS, { filter }), filter), found, filter);
        if (json === undefined) continue;
        const same = await get(ITEMS, { filter: JSON.stringify(json), 'filter-lang': 'cql2-json' });
        assert.equal(ids(same, JSON.stringify(json)), found, JSON.stringify(json));
      }
      const { body } = await get('/ogc/collections/lamps/queryables');
      assert.deepEqual(Object.keys(body.properties), ['id', 'nom', 'puissance_w', 'rue', 'observed_at', 'geometry']);
    });

    await t.test('errors are named, and are never server errors', async () => {
      for (const [query, detail] of REFUSED) {
        const { status, body } = await get(ITEMS, query);
        assert.equal(status, 400, JSON.stringify(query));
        assert.match(body.detail, detail);
      }
    });

    await t.test('vector tiles', async () => {
      const empty = await host.app.inject({ url: '/tiles/lamps/14/0/0.mvt' });
      assert.equal(empty.statusCode, 204);
      const { x, y } = tileAt(5.9301, 49.4701, 14);
      const tile = await host.app.inject({ url: `/tiles/lamps/14/${x}/${y}.mvt` });
      assert.equal(tile.statusCode, 200, tile.body);
      const layer = new VectorTile(new PbfReader(tile.rawPayload)).layers.lamps;
      assert.ok(layer);
      const feature = layer.feature(0).toGeoJSON(x, y, 14);
      const [longitude, latitude] = (feature.geometry as { coordinates: number[] }).coordinates;
      assert.ok(Math.abs(Number(longitude) - 5.93015) < 1e-3 && Math.abs(Number(latitude) - 49.47015) < 1e-3);
      assert.deepEqual(Object.keys(feature.properties ?? {}).sort(), ['id', 'nom', 'puissance_w', 'rue']);
      assert.ok(!tile.body.includes(SECRET));
      for (const path of ['14/99999/0.mvt', '23/0/0.mvt', '14/0/x.mvt']) {
        assert.equal((await host.app.inject({ url: `/tiles/lamps/${path}` })).statusCode, 400, path);
      }
    });

    await t.test('GDAL reads it', async (t) => {
      const ogrinfo = findProgram('/usr/bin/ogrinfo', 'ogrinfo');
      if (ogrinfo === undefined) return t.skip('ogrinfo is missing (gdal-bin)');
      await host.app.listen({ port, host: '127.0.0.1' });
      const source = `OAPIF:${url}/ogc`;
      const { stdout } = await promisify(execFile)(ogrinfo, ['-al', '-where', 'puissance_w > 40', source, 'lamps']);
      assert.match(stdout, /Feature Count: 3/);
      assert.match(stdout, /puissance_w \(Integer\) = 45/);
      assert.match(stdout, /POINT \(5\.9302 49\.4702\)/);
    });
  });
});

function tileAt(longitude: number, latitude: number, z: number) {
  const radians = (latitude * Math.PI) / 180;
  const y = ((1 - Math.log(Math.tan(radians) + 1 / Math.cos(radians)) / Math.PI) / 2) * 2 ** z;
  return { x: Math.floor(((longitude + 180) / 360) * 2 ** z), y: Math.floor(y) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
