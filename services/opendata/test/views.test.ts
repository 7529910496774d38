import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anotherPostgres, testDatabases } from '@alzette/broker/test-support';
import { eventually } from '@alzette/kit/testing';
import { parquetReadObjects } from 'hyparquet';
import { readSheet } from 'read-excel-file/node';
import { startServiceHost } from '../../../platform/test/support/service-host.ts';
import { openData } from '../src/service.ts';
import { CONTEXT, PUBLIC_URL, writeLamps } from './support/open-data-host.ts';

/** A database of its own, because policies apply to a whole database. */
const database = anotherPostgres() ?? testDatabases()[0];
const ALL = ['001', '002', '003', '004'].map((id) => `urn:ngsi-ld:Streetlight:${id}`);
const COLUMNS = [
  { name: 'Nom', kind: 'text', attribute: 'name' },
  { name: 'Puissance', kind: 'number', attribute: 'powerRating' },
  { name: 'Rue', kind: 'text', attribute: 'address', path: 'streetAddress' },
];
/** They see the lamps of Villerupt without the description. */
const POLICY = {
  ...{ who: { roles: ['agent'] }, may: ['read'], types: ['Streetlight'], scopeQ: '/Villerupt' },
  exceptAttributes: ['description'],
};

test('views of operators as files: every format, with progress, with the rights of the caller', async (t) => {
  assert.ok(database);
  const host = await startServiceHost(t, await database.open(), [openData], {
    access: 'enforced',
    settings: { PUBLIC_URL },
  });
  const link = { link: `<${CONTEXT}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"` };
  const as = async (claims: object) => ({ ...link, authorization: await host.authorizationOf({ ...claims }) });
  const root = await as({ sub: 'root', roles: ['administrator'] });
  const agent = await as({ sub: 'agent', roles: ['agent'] });
  const policy = await host.ask('PUT', '/ops/access/policies/agents', POLICY, root);
  assert.ok(policy.status < 300, JSON.stringify(policy.body));
  await writeLamps(host);
  const elsewhere = {
    ...{ id: 'urn:ngsi-ld:Streetlight:009', type: 'Streetlight', scope: '/Thil' },
    name: { type: 'Property', value: 'Ailleurs' },
  };
  await host.broker.client.batchUpsert([elsewhere], { context: CONTEXT });

  type Who = Readonly<Record<string, string>>;
  const written = async (who: Who, view: object) => {
    const asked = await host.ask('POST', '/opendata/exports', { name: 'lamps', ...view }, who);
    assert.equal(asked.status, 202, JSON.stringify(asked.body));
    const path = String(asked.headers.location);
    const done = await eventually('the file is written', async () => {
      const { body } = await host.ask('GET', path, undefined, who);
      assert.notEqual(body.state, 'failed', body.fault);
      return body.state === 'done' ? body : undefined;
    });
    const file = await host.app.inject({ url: `${path}/file`, headers: who });
    assert.equal(file.statusCode, 200, file.body);
    assert.equal(Number(file.headers['content-length']), file.rawPayload.length);
    return { path, done, body: file.body, bytes: file.rawPayload, headers: file.headers };
  };

  await t.test('entities by a query, with selected columns', async () => {
    const query = { types: ['Streetlight'], q: 'powerRating>40', bbox: [5.9, 49.4, 5.945, 49.5] };
    const { body, done, headers } = await written(root, { format: 'csv', columns: COLUMNS, entities: query });
    assert.deepEqual(body.split('\r\n').slice(0, 3), [
      'id,Nom,Puissance,Rue,observed_at,longitude,latitude',
      'urn:ngsi-ld:Streetlight:002,Lampadaire 002,45,Rue de la République,2026-03-02T20:00:00.000Z,5.9302,49.4702',
      'urn:ngsi-ld:Streetlight:003,Lampadaire 003,58,Rue d’Esch,2026-03-03T20:00:00.000Z,5.9403,49.4803',
    ]);
    assert.deepEqual([done.rows, done.of], [2, 2]);
    assert.match(String(headers['content-disposition']), /filename="lamps\.csv"/);
  });

  await t.test('entities by their ids, in that order, with all attributes', async () => {
    const ids = ['urn:ngsi-ld:Streetlight:003', 'urn:ngsi-ld:Streetlight:001'];
    const { body } = await written(root, { format: 'geojson', entities: { ids } });
    const { features } = JSON.parse(body);
    assert.deepEqual(
      features.map(({ id }: { id: string }) => id),
      ids,
    );
    assert.equal(features[1].properties.powerRating, 32);
    assert.equal(features[1].properties.address_streetAddress, 'Rue de la République');
    assert.deepEqual(features[1].geometry, { type: 'Point', coordinates: [5.9301, 49.4701] });
  });

  await t.test('a period: a row for each instant', async () => {
    const period = { from: '2026-03-01T00:00:00Z', to: '2026-03-03T00:00:00Z' };
    const entities = { types: ['Streetlight'], period };
    const { bytes } = await written(root, { format: 'parquet', columns: COLUMNS.slice(1, 2), entities });
    const rows = await parquetReadObjects({ file: bufferOf(bytes) });
    assert.deepEqual(
      rows.map(({ id, Puissance }) => [id, Puissance]),
      [
        [`${ALL[0]}@2026-03-01T20:00:00.000Z`, 32],
        [`${ALL[1]}@2026-03-02T20:00:00.000Z`, 45],
      ],
    );
  });

  await t.test('the rows of a table', async () => {
    const rows = [
      { id: 'a', values: ['=1+1', 4.5], place: [5.9, 49.4], at: '2026-03-01T20:00:00+01:00' },
      { id: 'b', values: ['Thil', null] },
    ];
    const table = {
      columns: [
        { name: 'Où', kind: 'text' },
        { name: 'kWh', kind: 'number' },
      ],
      rows,
    };
    const csv = await written(agent, { ...table, format: 'csv', separator: 'semicolon' });
    assert.equal(
      csv.body,
      "id;Où;kWh;observed_at;longitude;latitude\r\na;'=1+1;4.5;2026-03-01T19:00:00.000Z;5.9;49.4\r\nb;Thil;;;;\r\n",
    );
    const sheet = await readSheet((await written(agent, { ...table, format: 'xlsx' })).bytes);
    assert.deepEqual(sheet[1]?.slice(0, 3), ['a', '=1+1', 4.5]);
    const calendar = await written(agent, { ...table, format: 'ics' });
    assert.match(calendar.body, /BEGIN:VEVENT[\s\S]*DTSTART:20260301T190000Z/);
    const [first] = JSON.parse((await written(agent, { ...table, format: 'geojson' })).body).features;
    assert.deepEqual(first.geometry.coordinates, [5.9, 49.4]);
    const parquet = await parquetReadObjects({
      file: bufferOf((await written(agent, { ...table, format: 'parquet' })).bytes),
    });
    assert.deepEqual([parquet[1]?.Où, parquet[1]?.kWh], ['Thil', null]);
  });

  await t.test('a user gets only what they may read, and no files of others', async () => {
    const entities = { types: ['Streetlight'] };
    const mine = await written(agent, { format: 'geojson', entities });
    const { features } = JSON.parse(mine.body);
    assert.deepEqual(
      features.map(({ id }: { id: string }) => id),
      ALL,
    );
    for (const { properties } of features) assert.ok(!('description' in properties), 'an attribute that is hidden');
    const hidden = { format: 'csv', columns: [{ name: 'Note', kind: 'text', attribute: 'description' }], entities };
    assert.ok(!(await written(agent, hidden)).body.includes('confidential'));
    assert.ok((await written(root, hidden)).body.includes('confidential'));
    for (const path of [mine.path, `${mine.path}/file`]) {
      assert.equal((await host.ask('GET', path, undefined, root)).status, 404);
      assert.ok([401, 403].includes((await host.ask('GET', path)).status));
      const asDataset = path.replace('/opendata/exports', '/data/exports');
      assert.equal((await host.ask('GET', asDataset)).status, 404, 'files of datasets are for everybody');
    }
  });

  await t.test('errors are named', async () => {
    const rows = [{ id: 'a', values: ['x'] }];
    const columns = [{ name: 'Nom', kind: 'text' }];
    const named = async (view: object, member: string) => {
      const { status, body } = await host.ask('POST', '/opendata/exports', { name: 'x', format: 'csv', ...view }, root);
      assert.equal(status, 400, JSON.stringify(body));
      assert.match(body.detail, new RegExp(`^${member}:`));
    };
    await named({}, 'rows');
    await named({ columns, rows, entities: { types: ['X'] } }, 'rows');
    await named({ columns, rows: [{ id: 'a', values: [] }] }, 'rows.0.values');
    await named({ columns, rows: [{ id: 'a', values: [1] }] }, 'rows.0.values.0');
    await named({ columns: [...columns, { name: 'NOM', kind: 'text' }], rows }, 'columns.1.name');
    await named({ columns: [{ name: 'id', kind: 'text' }], rows }, 'columns.0.name');
    await named({ columns, rows, format: 'geojson' }, 'format');
    await named({ columns, rows, format: 'ics' }, 'format');
    await named({ columns, rows, format: 'docx' }, 'format');
    await named({ entities: {} }, 'entities.types');
    await named({ columns, entities: { types: ['X'] } }, 'columns.0.attribute');
    await named({ entities: { types: ['X'], bbox: [6, 49, 5, 50] } }, 'entities.bbox');
    await named(
      { entities: { types: ['X'], period: { from: '2026-03-03T00:00:00Z', to: '2026-03-03T00:00:00Z' } } },
      'entities.period.to',
    );
    await named({ entities: { types: ['Streetlight'], q: 'name==' } }, 'entities');
    const { status } = await host.ask('GET', '/opendata/exports/nothing', undefined, root);
    assert.equal(status, 404);
  });
});

function bufferOf(bytes: Buffer): ArrayBuffer {
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
