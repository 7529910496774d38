import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { eachOwnDatabase } from '@alzette/broker/test-support';
import { Parser, Store } from 'n3';
import Validator from 'rdf-validate-shacl';
import { harvest } from './support/harvester.ts';
import { LAMP_DATASET, PUBLIC_URL, publish, SECRET, startOpenDataHost, writeLamps } from './support/open-data-host.ts';

const SHAPES = new URL('./support/dcat-ap-shapes.ttl', import.meta.url);

eachOwnDatabase('Datasets and their catalogue', (test) => {
  test('a harvester finds every dataset on all pages, with nine criteria of nine; DCAT-AP is valid', async (t, db) => {
    const host = await startOpenDataHost(t, db);
    await writeLamps(host);
    await publish(host, 'points-lumineux', { ...LAMP_DATASET, hvd: 'geospatial' });
    // Copies the row, so that there are two pages.
    await db.query({
      text: `INSERT INTO opendata.dataset (id, definition, state, issued_at, refreshed_at, generation, starts_at, ends_at)
        SELECT 'copie-' || n, definition, state, issued_at, refreshed_at, generation, starts_at, ends_at
        FROM opendata.dataset, generate_series(1, 101) AS n WHERE id = 'points-lumineux'`,
    });
    const fetchText = async (url: string) => {
      assert.ok(url.startsWith(PUBLIC_URL));
      const answer = await host.app.inject({ url: url.slice(PUBLIC_URL.length) });
      assert.equal(answer.statusCode, 200, answer.body);
      return answer.body;
    };
    const found = await harvest(`${PUBLIC_URL}/catalog.ttl`, fetchText);
    assert.equal(found.length, 102);
    assert.deepEqual([...new Set(found.map(({ score }) => score))], [9]);
    const { body } = await host.ask('GET', '/opendata/datasets/points-lumineux');
    assert.deepEqual([body.quality.score, body.quality.missing, body.featureCount], [9, [], 4]);

    const turtle = await fetchText(`${PUBLIC_URL}/catalog.ttl?page=2`);
    const shapes = new Store(new Parser().parse(await readFile(SHAPES, 'utf8')));
    const report = await new Validator(shapes as never).validate(new Store(new Parser().parse(turtle)) as never);
    const faults = report.results.map(({ focusNode, path, message }) => [
      focusNode?.value,
      path?.value,
      message.map(({ value }) => value).join(),
    ]);
    assert.deepEqual(faults, []);
    const broken = turtle.replaceAll('dct:title', 'dct:alternative');
    const brokenReport = await new Validator(shapes as never).validate(new Store(new Parser().parse(broken)) as never);
    assert.equal(brokenReport.conforms, false, 'the shapes find what is missing');

    const jsonld = JSON.parse(await fetchText(`${PUBLIC_URL}/catalog.jsonld?page=2`));
    const { length } = jsonld['@graph'].filter((node: { '@type'?: string[] }) =>
      node['@type']?.includes('dcat:Dataset'),
    );
    assert.equal(length, 2);
    const csv = await fetchText(`${PUBLIC_URL}/catalog.csv`);
    assert.equal(csv.split('\r\n').length, 1 + 102 + 1);
    assert.doesNotMatch(turtle + csv, new RegExp(SECRET));
    await db.query({ text: `DELETE FROM opendata.dataset WHERE id <> 'points-lumineux'` });

    await t.test('a withdrawn dataset leaves a tombstone and no rows', async () => {
      const answer = await host.ask('POST', '/opendata/datasets/points-lumineux/withdraw');
      assert.equal(answer.status, 200);
      const after = await fetchText(`${PUBLIC_URL}/catalog.ttl`);
      assert.match(after, /as:Tombstone/);
      assert.deepEqual(await harvest(`${PUBLIC_URL}/catalog.ttl`, fetchText), []);
      const { rows } = await db.query<{ n: number }>({ text: 'SELECT count(*) AS n FROM opendata.feature' });
      assert.equal(rows[0]?.n, 0);
      const again = await host.ask('PUT', '/opendata/datasets/points-lumineux', LAMP_DATASET);
      assert.equal(again.status, 409);
    });
  });

  test('an invalid definition is refused with the name of the member', async (t, db) => {
    const host = await startOpenDataHost(t, db);
    const refusals: [object, RegExp][] = [
      [
        { ...LAMP_DATASET, source: { types: ['ServiceRequest'], content: { kind: 'current' } } },
        /^source.content.kind/,
      ],
      [{ ...LAMP_DATASET, columns: [] }, /^columns/],
      [{ ...LAMP_DATASET, source: { ...LAMP_DATASET.source, communes: ['nowhere'] } }, /^source.communes/],
      [{ ...LAMP_DATASET, contact: { name: 'x', email: 'x' } }, /^contact.email/],
      [{ ...LAMP_DATASET, licence: 'none' }, /^licence/],
      [
        { ...LAMP_DATASET, columns: [], source: { types: ['ServiceRequest'], content: { kind: 'grid' } } },
        /^frequency: got "daily", expected monthly/,
      ],
    ];
    for (const [definition, detail] of refusals) {
      const { status, body } = await host.ask('PUT', '/opendata/datasets/bad', definition);
      assert.equal(status, 400);
      assert.match(body.detail, detail);
    }
  });

  test('reports are counted in squares of 200 m, none with fewer than five', async (t, db) => {
    const host = await startOpenDataHost(t, db);
    const reports = Array.from({ length: 18 }, (_, n) => ({
      id: `urn:ngsi-ld:ServiceRequest:${n}`,
      type: 'ServiceRequest',
      description: { type: 'Property', value: SECRET },
      // Seventeen in one square, and the last one alone in another.
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: n < 17 ? [5.93, 49.47] : [5.99, 49.4] } },
    }));
    await host.broker.client.batchUpsert(reports, { context: `${PUBLIC_URL}/contexts/territory/v1.jsonld` });
    await publish(host, 'signalements', {
      ...LAMP_DATASET,
      source: { types: ['ServiceRequest'], content: { kind: 'grid' } },
      columns: [],
      frequency: 'monthly',
    });
    const { rows } = await db.query<{ id: string; properties: string }>({
      text: `SELECT id, properties FROM opendata.feature WHERE dataset = 'signalements'`,
    });
    assert.deepEqual(
      rows.map(({ properties }) => JSON.parse(properties)),
      [{ nombre: 15 }],
    );
    assert.match(rows[0]?.id ?? '', /^CRS2154RES200mN\d+E\d+$/);
  });
});
