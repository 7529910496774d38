import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Territory } from '@alzette/web/territory';
import { findStreets, streetNear } from './streets.ts';

const line = (name: string, commune: string, coordinates: readonly (readonly [number, number])[]) => ({
  type: 'Feature',
  properties: { name, commune },
  geometry: { type: 'LineString', coordinates },
});
const TERRITORY: Territory = {
  timeZone: 'Europe/Paris',
  name: 'Ours',
  communes: [
    {
      slug: 'thil',
      name: 'Thil',
      scope: '/Thil',
      center: [5.9, 49.47],
      boundary: { type: 'Polygon', coordinates: [] },
    },
    {
      slug: 'russange',
      name: 'Russange',
      scope: '/Russange',
      center: [5.95, 49.48],
      boundary: { type: 'Polygon', coordinates: [] },
    },
  ],
  streets: {
    type: 'FeatureCollection',
    features: [
      line('Rue de la République', 'thil', [
        [5.9, 49.47],
        [5.91, 49.47],
      ]),
      line('Rue de la République', 'russange', [
        [5.95, 49.48],
        [5.95, 49.481],
      ]),
      line('Rue des Écoles', 'thil', [
        [5.9, 49.472],
        [5.9, 49.474],
      ]),
    ],
  },
  bbox: [5.9, 49.4, 6, 49.5],
};

describe('findStreets', () => {
  const table: [typed: string, found: string[]][] = [
    ['republique', ['Rue de la République, Thil', 'Rue de la République, Russange']],
    ['République Russange', ['Rue de la République, Russange']],
    ['ecoles', ['Rue des Écoles, Thil']],
    ['place', []],
    [' ', []],
  ];
  for (const [typed, found] of table) {
    test(`“${typed}”: ${found.join('; ') || 'none'}`, () => {
      assert.deepEqual(
        findStreets(TERRITORY, typed).map(({ name, commune }) => `${name}, ${commune}`),
        found,
      );
    });
  }

  test('returns a position in the middle of the street', () => {
    const [street] = findStreets(TERRITORY, 'République Thil');
    assert.ok(Math.abs((street?.at[0] ?? 0) - 5.905) < 0.0005, String(street?.at));
  });
});

test('streetNear: the street next to a position, also between its corners', () => {
  assert.deepEqual(streetNear(TERRITORY, [5.905, 49.4702]), { name: 'Rue de la République', commune: 'Thil' });
  assert.deepEqual(streetNear(TERRITORY, [5.9001, 49.473]), { name: 'Rue des Écoles', commune: 'Thil' });
  assert.equal(streetNear(TERRITORY, [6.2, 49.6]), undefined);
});
