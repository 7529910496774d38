import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import Fastify from 'fastify';
import { contains, lengthOf } from './plane.ts';
import { type Position, paysHautValdAlzette, planeOf, territoryRoutes } from './territory.ts';

const territory = paysHautValdAlzette();
const plane = planeOf(territory);
const ring = (slug: string) =>
  territory.communes.find((commune) => commune.slug === slug)?.boundary.coordinates[0]?.map(plane.toPoint) ?? [];

describe('the Pays Haut Val d’Alzette', () => {
  test('has its eight communes, each centre within its own boundary alone', () => {
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

  test('closes its boundaries and turns them counter-clockwise', () => {
    for (const { slug, boundary } of territory.communes) {
      const points = boundary.coordinates[0] as Position[];
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

  test('says that it is schematic, and is the same at every call', () => {
    assert.equal(territory.schematic, true);
    assert.match(territory.notice, /schematic/i);
    assert.deepEqual(paysHautValdAlzette(), territory);
  });
});

describe('GET /territory', () => {
  test('answers with an ETag, and 304 to who has it already', async (t) => {
    const app = Fastify();
    t.after(() => app.close());
    territoryRoutes(app, territory);

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
