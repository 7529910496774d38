import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anotherPostgres, testDatabases } from '@alzette/broker/test-support';
import { LAMP_DATASET, publish, SECRET, startOpenDataHost, writeLamps } from './support/open-data-host.ts';

/** A database of its own, because other files publish datasets with the same names. */
const database = anotherPostgres() ?? testDatabases()[0];

test('public data: the pages, and nothing outside the allow-list in any format', async (t) => {
  assert.ok(database);
  const db = await database.open();
  const host = await startOpenDataHost(t, db);
  await writeLamps(host);
  await publish(host, 'lamps', LAMP_DATASET);
  await host.ask('PUT', '/opendata/datasets/draft', { ...LAMP_DATASET, title: { fr: 'Brouillon caché' } });
  const read = async (url: string) => {
    const answer = await host.app.inject({ url, headers: { accept: 'text/html' } });
    return { status: answer.statusCode, body: answer.body };
  };

  await t.test('a visitor finds a dataset by a part of its words, without accents', async () => {
    assert.match((await read('/data/?q=ECLAIRAGE+lampad')).body, /Points lumineux/);
    assert.match((await read('/data/?q=piscine')).body, /Aucun jeu de données/);
    const { body } = await read('/data/datasets/lamps');
    for (const part of ['<svg class="map"', '<table class="chart"', 'Python', 'latest.parquet', 'puissance_w']) {
      assert.ok(body.includes(part), part);
    }
    assert.ok(!body.includes('<script'), 'it needs no script');
    assert.match((await read('/data/datasets/lamps?lang=en')).body, /lang="en"/);
    assert.equal((await read('/data/datasets/draft')).status, 404);
  });

  await t.test('pages are in four languages: that of the address, or of the browser', async () => {
    const titles = {
      fr: ['Données ouvertes', 'Pour les développeurs'],
      en: ['Open data', 'For developers'],
      de: ['Offene Daten', 'Für Entwickler'],
      lb: ['Oppen Donnéeën', 'Fir Entwéckler'],
    };
    for (const [language, [data = '', developers = '']] of Object.entries(titles)) {
      const others = Object.keys(titles).filter((each) => each !== language);
      for (const [path, title] of [
        ['/data/', data],
        ['/developers', developers],
        ['/data/datasets/lamps', data],
      ] as const) {
        const { status, body } = await read(`${path}?lang=${language}`);
        assert.deepEqual(
          [status, body.includes(`<html lang="${language}">`), body.includes(title)],
          [200, true, true],
          path,
        );
        for (const other of others) assert.ok(body.includes(`href="?lang=${other}" hreflang="${other}"`), other);
        assert.ok(!/undefined|NaN/.test(body), `${path} ${language}`);
      }
      const headers = { accept: 'text/html', 'accept-language': `${language}-LU,fr;q=0.5` };
      const chosen = await host.app.inject({ url: '/developers', headers });
      assert.match(chosen.body, new RegExp(`<html lang="${language}">`));
    }
    assert.match((await read('/developers')).body, /<html lang="fr">/);
    assert.equal((await read('/developers?lang=nl')).status, 400);
  });

  await t.test('each public route shows only the columns, for any query', async () => {
    const paths = [
      '/catalog.jsonld',
      '/catalog.ttl',
      '/catalog.csv',
      '/data/',
      '/data/datasets/lamps',
      '/ogc/collections',
      '/ogc/collections/lamps',
      '/ogc/collections/lamps/queryables',
      '/ogc/collections/lamps/items',
      '/ogc/collections/lamps/items?f=html',
      '/ogc/collections/lamps/items/urn:ngsi-ld:Streetlight:001',
      '/tiles/lamps',
      '/tiles/lamps/0/0/0.mvt',
      ...['csv', 'geojson', 'xlsx', 'parquet'].map((format) => `/data/files/lamps/latest.${format}`),
    ];
    for (const path of paths) {
      const { status, body } = await read(path);
      assert.equal(status, 200, path);
      assert.ok(!body.includes(SECRET) && !body.includes('Brouillon'), path);
    }
    // Names that are not columns are refused or unknown, in every parameter.
    for (const name of ['description', 'address', 'note', 'properties', 'dataset', 'generation', 'address.note']) {
      for (const query of [`filter=${name}%20IS%20NOT%20NULL`, `${name}=x`, `filter=%22${name}%22%20LIKE%20'%25'`]) {
        assert.equal((await read(`/ogc/collections/lamps/items?${query}`)).status, 400, query);
      }
    }
    for (const path of [
      '/ogc/collections/draft',
      '/ogc/collections/draft/items',
      '/data/files/draft/latest.csv',
      '/tiles/draft',
    ]) {
      assert.equal((await read(path)).status, 404, path);
    }
    const { rows } = await db.query<{ names: string[] }>({
      text: 'SELECT array_agg(DISTINCT name) AS names FROM opendata.feature, jsonb_object_keys(properties) AS name',
    });
    assert.deepEqual([...(rows[0]?.names ?? [])].sort(), ['nom', 'puissance_w', 'rue']);
  });
});
