import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { contains, lengthOf } from './plane.ts';
import {
  Collectivities,
  type Commune,
  demoFolder,
  drawTerritory,
  type Position,
  planeOf,
  readPlan,
  readTerritory,
  type Territory,
  territoryRoutes,
} from './territory.ts';

const territory = readTerritory(demoFolder());
const ofFolder = (first: Territory) =>
  Collectivities.open({ first, publicUrl: 'http://localhost:1026', onError: () => {} });
const plane = planeOf(territory);
const ring = (slug: string) =>
  outerRing(territory.communes.find((commune) => commune.slug === slug)).map(plane.toPoint);

function outerRing(commune: Commune | undefined): Position[] {
  return commune?.boundary.type === 'Polygon' ? (commune.boundary.coordinates[0] ?? []) : [];
}

describe('the Pays Haut Val d’Alzette', () => {
  test('has its eight communes, each centre only within its own boundary', () => {
    assert.deepEqual(
      territory.communes.map(({ name, scope }) => `${name} ${scope}`),
      [
        'Audun-le-Tiche /Audun_le_Tiche',
        'Aumetz /Aumetz',
        'Boulange /Boulange',
        'Ottange /Ottange',
        'Rédange /Redange',
        'Russange /Russange',
        'Thil /Thil',
        'Villerupt /Villerupt',
      ],
    );
    for (const { slug, center } of territory.communes) {
      const around = territory.communes.filter((other) => contains(ring(other.slug), plane.toPoint(center)));
      assert.deepEqual(
        around.map((other) => other.slug),
        [slug],
      );
    }
  });

  test('has closed, counter-clockwise boundaries', () => {
    for (const commune of territory.communes) {
      const { slug } = commune;
      const points = outerRing(commune);
      assert.deepEqual(points[0], points.at(-1), slug);
      const doubled = points.slice(1).reduce((sum, [x, y], i) => {
        const [beforeX, beforeY] = points[i] as Position;
        return sum + beforeX * y - x * beforeY;
      }, 0);
      assert.ok(doubled > 0, slug);
    }
  });

  test('keeps every street of a town within its commune', () => {
    for (const { geometry, properties } of territory.streets.features) {
      if (properties.kind === 'road') continue;
      const line = geometry.coordinates.map(plane.toPoint);
      const inside = line.filter((point) => contains(ring(properties.commune), point));
      assert.ok(inside.length >= line.length - 1, `${properties.name}, ${properties.commune}`);
    }
  });

  test('gives each commune streets that cross: points that two streets share', () => {
    for (const { slug } of territory.communes) {
      const streets = territory.streets.features.filter(({ properties }) => properties.commune === slug);
      const metres = streets.reduce((sum, street) => sum + lengthOf(street.geometry.coordinates.map(plane.toPoint)), 0);
      const seen = new Map<string, Set<string>>();
      for (const { geometry, properties } of streets) {
        for (const position of geometry.coordinates) {
          const key = position.join();
          seen.set(key, (seen.get(key) ?? new Set()).add(properties.name));
        }
      }
      const crossings = [...seen.values()].filter((names) => names.size > 1).length;
      assert.ok(metres > 4000, `${slug}: ${metres} m`);
      assert.ok(crossings > 15, `${slug}: ${crossings} crossings`);
    }
  });

  test('is marked as schematic, and is reproducible', () => {
    assert.equal(territory.schematic, true);
    assert.match(territory.notice, /schematic/i);
    assert.deepEqual(readTerritory(demoFolder()), territory);
  });
});

describe('GET /territory', () => {
  test('answers with an ETag, and 304 for a current copy', async (t) => {
    const app = Fastify();
    t.after(() => app.close());
    territoryRoutes(app, await ofFolder(territory));

    const first = await app.inject('/territory');
    const again = await app.inject({ url: '/territory', headers: { 'if-none-match': String(first.headers.etag) } });

    const zipped = await app.inject({ url: '/territory', headers: { 'accept-encoding': 'gzip, br' } });

    assert.equal(gunzipSync(zipped.rawPayload).toString(), first.body);
    assert.equal(first.statusCode, 200);
    assert.equal(first.json().communes.length, 8);
    assert.match(String(first.headers['cache-control']), /max-age=300/);
    assert.equal(again.statusCode, 304);
    assert.equal(again.body, '');
  });
});

describe('a generated territory', () => {
  for (const folder of [demoFolder(), fileURLToPath(new URL('../../../territories/moselbogen/', import.meta.url))]) {
    test(`from its plan is equal to the files in ${basename(folder)}`, () => {
      const { boundaries, streets } = drawTerritory(readPlan(folder));
      const drawn = readTerritory(folder);
      assert.deepEqual(streets, JSON.parse(JSON.stringify(drawn.streets)));
      const { features } = boundaries as { features: { geometry: unknown }[] };
      assert.deepEqual(
        features.map(({ geometry }) => geometry),
        drawn.communes.map(({ boundary }) => boundary),
      );
    });
  }
});

describe('an invalid folder', () => {
  for (const [file, text, expected] of [
    ['territory.yaml', 'name: [', /territory\.yaml: /],
    ['territory.yaml', 'name: X', /territory\.yaml: timeZone: got nothing, expected a value/],
    ['territory.yaml', yamlOf({ timeZone: 'Mars/Olympus' }), /timeZone: got "Mars\/Olympus"/],
    ['territory.yaml', yamlOf({ nmae: 'X' }), /nmae: got "X", expected no member of that name; known: name,/],
    ['boundaries.geojson', '[]', /boundaries\.geojson: it is not a FeatureCollection/],
    ['boundaries.geojson', '{"type":"FeatureCollection","features":[]}', /no feature whose property commune is hafen/],
  ] as const) {
    test(`is reported: ${file}, ${text.slice(0, 40)}`, async (t) => {
      const folder = await mkdtemp(join(tmpdir(), 'alzette-territory-'));
      t.after(() => rm(folder, { recursive: true }));
      await writeFile(join(folder, 'territory.yaml'), yamlOf({}));
      await writeFile(join(folder, file), text);
      assert.throws(() => readTerritory(folder), expected);
    });
  }

  test('is reported if it does not exist', () => {
    assert.throws(() => readTerritory('/nowhere'), /territory\.yaml: it can't be read in \/nowhere/);
  });
});

function yamlOf(changes: object): string {
  const communes = [{ slug: 'hafen', name: 'Hafen', center: [6.371, 49.545] }];
  const usual = { name: 'X', timeZone: 'Europe/Paris', country: 'FR', languages: ['fr'], notice: '', communes };
  return JSON.stringify({ ...usual, ...changes });
}
