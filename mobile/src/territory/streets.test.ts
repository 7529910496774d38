import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Commune, Territory } from '@alzette/web/territory';
import { findStreets, sameNamed, streetNear } from './streets.ts';

const line = (name: string, commune: string, coordinates: readonly (readonly [number, number])[]) => ({
  type: 'Feature',
  properties: { name, commune },
  geometry: { type: 'LineString', coordinates },
});
const commune = (slug: string, name: string): Commune => ({
  slug,
  name,
  scope: `/${name}`,
  center: [5.9, 49.47],
  boundary: { type: 'Polygon', coordinates: [] },
});
const SEVEN = ['Aumetz', 'Ottange', 'Redange', 'Boulange', 'Audun', 'Russange', 'Thil'];
const TERRITORY: Territory = {
  timeZone: 'Europe/Paris',
  name: 'Ours',
  communes: SEVEN.map((name) => commune(name.toLowerCase(), name)),
  streets: {
    type: 'FeatureCollection',
    features: [
      line('Rue de la République', 'thil', [
        [5.9, 49.47],
        [5.91, 49.47],
      ]),
      line('Rue de la République', 'thil', [
        [5.91, 49.47],
        [5.92, 49.47],
      ]),
      line('Rue de la République', 'russange', [
        [5.95, 49.48],
        [5.95, 49.481],
      ]),
      line('Rue des Écoles', 'thil', [
        [5.9, 49.472],
        [5.9, 49.474],
      ]),
      ...SEVEN.map((name) =>
        line('Rue Victor Hugo', name.toLowerCase(), [
          [5.8, 49.4],
          [5.81, 49.4],
        ]),
      ),
      ...Array.from({ length: 9 }, (_, n) =>
        line(`Chemin ${n} des Victoires`, 'thil', [
          [5.7, 49.4],
          [5.71, 49.4],
        ]),
      ),
      line('Nowhere', 'elsewhere', [
        [1, 1],
        [2, 2],
      ]),
      line('', 'thil', [
        [1, 1],
        [2, 2],
      ]),
    ],
  },
  bbox: [5.9, 49.4, 6, 49.5],
};

describe('findStreets', () => {
  const table: [typed: string, found: string[]][] = [
    ['republique', ['Rue de la République, Russange', 'Rue de la République, Thil']],
    ['12 rue république', ['Rue de la République, Russange', 'Rue de la République, Thil']],
    ['République Russange', ['Rue de la République, Russange']],
    ['ecoles thil', ['Rue des Écoles, Thil']],
    ['ecoles russange', []],
    ['victor hugo', [...SEVEN].sort().map((name) => `Rue Victor Hugo, ${name}`)],
    ['place', []],
    ['nowhere', []],
    ['7', []],
    [' ', []],
  ];
  for (const [typed, found] of table) {
    test(`“${typed}”: ${found.join('; ') || 'none'}`, () => {
      assert.deepEqual(
        findStreets(TERRITORY, typed).map(({ name, communeName }) => `${name}, ${communeName}`),
        found,
      );
    });
  }

  test('at most eight names, and the commune is asked only where all have one name', () => {
    assert.equal(findStreets(TERRITORY, 'chemin').length, 8);
    assert.deepEqual(sameNamed(findStreets(TERRITORY, 'victor hugo')), { name: 'Rue Victor Hugo', n: 7 });
    assert.equal(sameNamed(findStreets(TERRITORY, 'rue')), undefined);
    assert.equal(sameNamed(findStreets(TERRITORY, 'victor hugo thil')), undefined);
  });

  test('returns a position in the middle of the street', () => {
    const [street] = findStreets(TERRITORY, 'République Thil');
    assert.ok(Math.abs((street?.at[0] ?? 0) - 5.905) < 0.0005, String(street?.at));
  });
});

test('streetNear: the street next to a position, also between its corners', () => {
  assert.deepEqual(streetNear(TERRITORY, [5.905, 49.4702]), {
    name: 'Rue de la République',
    commune: 'thil',
    communeName: 'Thil',
  });
  assert.deepEqual(streetNear(TERRITORY, [5.9001, 49.473]), {
    name: 'Rue des Écoles',
    commune: 'thil',
    communeName: 'Thil',
  });
  assert.equal(streetNear(TERRITORY, [6.2, 49.6]), undefined);
});
