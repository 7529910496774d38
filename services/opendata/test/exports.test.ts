import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { anotherPostgres, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { readSheet } from 'read-excel-file/node';
import { findDataset } from '../src/datasets/dataset-rows.ts';
import { CRS84_QUERY } from '../src/ogc/item-parameters.ts';
import { allItems } from '../src/ogc/items.ts';
import { LAMP_DATASET, publish, SECRET, startOpenDataHost, writeLamps } from './support/open-data-host.ts';

/** EXPORT_ROWS=1000000 measures the size of a large site. */
const ROWS = Number(process.env.EXPORT_ROWS ?? 100_000);
/** A database of its own, because other files publish datasets with the same names. */
const database = anotherPostgres() ?? testDatabases()[0];

test('files: read by other programs, permanent URLs, and a million rows in constant memory', async (t) => {
  assert.ok(database);
  const db = await database.open();
  const host = await startOpenDataHost(t, db);
  await writeLamps(host);
  await publish(host, 'lamps', {
    ...LAMP_DATASET,
    columns: [
      ...LAMP_DATASET.columns,
      { name: 'debut', attribute: 'dateCreated', kind: 'time', title: { fr: 'Début' } },
    ],
  });
  const get = async (file: string, headers = {}) =>
    host.app.inject({ url: `/data/files/lamps/latest.${file}`, headers });

  await t.test('CSV, with commas or semicolons, compressed, with ETag', async () => {
    const csv = await get('csv');
    const [header, first, , , last] = csv.body.split('\r\n');
    assert.equal(header, 'id,nom,puissance_w,rue,debut,observed_at,longitude,latitude');
    assert.equal(
      first,
      'urn:ngsi-ld:Streetlight:001,Lampadaire 001,32,Rue de la République,,2026-03-01T20:00:00.000Z,5.9301,49.4701',
    );
    assert.ok(last?.includes(`"'=HYPERLINK(""x""), ""Place"""`), 'a spreadsheet takes it for no formula');
    assert.match((await get('csv?separator=semicolon')).body, /^id;nom;/);
    const zipped = await get('csv', { 'accept-encoding': 'gzip' });
    assert.equal(gunzipSync(zipped.rawPayload).toString(), csv.body);
    const again = await get('csv', { 'if-none-match': String(csv.headers.etag) });
    assert.deepEqual([again.statusCode, again.body], [304, '']);
    assert.equal(
      (await get(`csv?${new URLSearchParams({ filter: 'puissance_w > 50' })}`)).body.split('\r\n').length,
      4,
    );
    assert.equal((await get('docx')).statusCode, 404);
    assert.equal((await get('csv?limit=1')).statusCode, 400);
    assert.equal((await get('csv?filter=secret%3D1')).statusCode, 400);
    const head = await host.app.inject({ method: 'HEAD', url: '/data/files/lamps/latest.csv' });
    assert.deepEqual([head.statusCode, head.body], [200, '']);
  });

  await t.test('GeoJSON, XLSX, GeoParquet and ICS', async () => {
    const geojson = await get('geojson');
    assert.equal(geojson.statusCode, 200, geojson.body);
    assert.equal(JSON.parse(geojson.body).features.length, 4);
    const sheet = await readSheet((await get('xlsx')).rawPayload);
    assert.deepEqual(sheet[1]?.slice(0, 4), [
      'urn:ngsi-ld:Streetlight:001',
      'Lampadaire 001',
      32,
      'Rue de la République',
    ]);
    assert.equal(sheet[4]?.[3], '=HYPERLINK("x"), "Place"');
    const file = bufferOf((await get('parquet')).rawPayload);
    const rows = await parquetReadObjects({ file });
    assert.equal(rows.length, 4);
    assert.equal(rows[0]?.puissance_w, 32);
    assert.deepEqual(rows[0]?.observed_at, new Date('2026-03-01T20:00:00Z'));
    assert.deepEqual(rows[0]?.geometry, { type: 'Point', coordinates: [5.9301, 49.4701] });
    const { key_value_metadata: pairs } = parquetMetadata(file);
    assert.equal(JSON.parse(pairs?.find(({ key }) => key === 'geo')?.value ?? '').primary_column, 'geometry');
    assert.match((await get('ics')).body, /^BEGIN:VCALENDAR/);
    for (const format of ['csv', 'geojson', 'ics']) assert.ok(!(await get(format)).body.includes(SECRET));
  });

  await t.test(
    'a file is prepared in the background with progress, and is equal to the one sent directly',
    async () => {
      const ask = async (path: string) => {
        const answer = await host.ask('POST', `/data/exports/lamps/${path}`);
        assert.equal(answer.status, 202, JSON.stringify(answer.body));
        return answer.body as { id: string; state: string };
      };
      const filter = new URLSearchParams({ filter: 'puissance_w > 50', datetime: '2026-01-01/..' });
      for (const [path, file] of [
        ['csv', 'csv'],
        [`geojson?${filter}`, `geojson?${filter}`],
        ['parquet', 'parquet'],
      ] as const) {
        const { id } = await ask(path);
        const done = await eventually(`${path} is prepared`, async () => {
          const { body } = await host.ask('GET', `/data/exports/${id}`);
          assert.notEqual(body.state, 'failed', body.fault);
          return body.state === 'done' ? body : undefined;
        });
        assert.equal(done.rows, done.of);
        const prepared = await host.app.inject({ url: `/data/exports/${id}/file` });
        const sent = await get(file);
        assert.deepEqual([prepared.statusCode, prepared.rawPayload.equals(sent.rawPayload)], [200, true]);
        assert.equal(Number(prepared.headers['content-length']), done.bytes);
        assert.equal((await ask(path)).id, id, 'the same question has the same file');
      }
      const html = { accept: 'text/html' };
      const form = { ...html, 'content-type': 'application/x-www-form-urlencoded' };
      const asked = await host.app.inject({
        method: 'POST',
        url: '/data/exports/lamps/csv',
        headers: form,
        payload: '',
      });
      assert.equal(asked.statusCode, 303, asked.body);
      const page = await host.app.inject({ url: String(asked.headers.location), headers: html });
      assert.match(page.body, /Le fichier est prêt\.[\s\S]*\/file"/);
      assert.equal((await host.ask('POST', '/data/exports/lamps/csv?filter=secret%3D1')).status, 400);
      assert.equal((await host.ask('POST', '/data/exports/lamps/docx')).status, 400);
      assert.equal((await host.ask('POST', '/data/exports/nothing/csv')).status, 404);
      assert.equal((await host.ask('GET', '/data/exports/nothing')).status, 404);
    },
  );

  await t.test(
    'a file whose dataset is refreshed in the meantime ends with an error instead of missing rows',
    async () => {
      const dataset = await findDataset(db, { tenant: '', id: 'lamps' });
      assert.ok(dataset);
      const items = allItems(db, { ...dataset, generation: 1_000_000 }, { ...CRS84_QUERY, limit: 2 });
      await assert.rejects(async () => {
        for await (const _batch of items);
      }, /replaced while/);
    },
  );

  await t.test(`${ROWS} rows: memory stays constant`, async () => {
    await db.query({
      text: `INSERT INTO opendata.feature (dataset, generation, id, properties, geometry, at)
        SELECT f.dataset, f.generation, 'many-' || lpad(n::text, 7, '0'), f.properties, f.geometry, f.at
        FROM opendata.feature f, generate_series(1, ${ROWS}) AS n WHERE f.id = 'urn:ngsi-ld:Streetlight:001'`,
    });
    const url = await host.app.listen({ port: 0, host: '127.0.0.1' });
    const used: number[] = [];
    let lines = 0;
    const { body } = await fetch(`${url}/data/files/lamps/latest.csv`, { headers: { 'accept-encoding': 'identity' } });
    assert.ok(body);
    for await (const chunk of body) {
      for (const byte of chunk) if (byte === 10) lines += 1;
      used.push(process.memoryUsage.rss());
    }
    assert.equal(lines, ROWS + 4 + 1);
    const half = Math.floor(used.length / 2);
    const grown = Math.max(...used.slice(half)) - Math.max(...used.slice(0, half));
    t.diagnostic(`${ROWS} rows: ${(grown / 1e6).toFixed(0)} MB more in the second half`);
    assert.ok(grown < 100e6, `${grown} bytes more in the second half`);
  });
});

function bufferOf(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
