import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Commune, Territory } from '@alzette/web/territory';
import { findStreets, streetsOf } from './streets.ts';

const line = (name: string, commune: string, ...coordinates: [number, number][]) => ({
  type: 'Feature',
  properties: { name, commune, kind: 'side' },
  geometry: { type: 'LineString', coordinates },
});
const commune = (slug: string, name: string): Commune => ({
  slug,
  name,
  scope: `/${name}`,
  center: [5.9, 49.4] as const,
  boundary: { type: 'Polygon', coordinates: [] },
});
const TERRITORY: Territory = {
  name: 'T',
  timeZone: 'Europe/Paris',
  communes: [commune('thil', 'Thil'), commune('villerupt', 'Villerupt')],
  bbox: [5, 49, 6, 50],
  streets: {
    type: 'FeatureCollection',
    features: [
      line('Rue de la Gare', 'villerupt', [5.92, 49.47], [5.93, 49.47], [5.94, 49.47]),
      line('Rue de la Gare', 'villerupt', [5.95, 49.47], [5.96, 49.47]),
      line('Rue de la Gare', 'thil', [5.9, 49.4], [5.91, 49.4]),
      line('Rue Émile-Zola', 'thil', [5.9, 49.41], [5.91, 49.41]),
      line('Nowhere', 'elsewhere', [1, 1], [2, 2]),
      line('', 'thil', [1, 1], [2, 2]),
    ],
  },
};
const streets = streetsOf(TERRITORY);

test('streetsOf returns each street once per commune, with its middle', () => {
  assert.deepEqual(
    streets.map(({ name, commune: where, position }) => [name, where, position[0]]),
    [
      ['Rue de la Gare', 'thil', 5.91],
      ['Rue de la Gare', 'villerupt', 5.93],
      ['Rue Émile-Zola', 'thil', 5.91],
    ],
  );
});

describe('findStreets', () => {
  const table: [question: string, found: string[]][] = [
    ['12 rue de la gare', ['thil', 'villerupt']],
    ['gare villerupt', ['villerupt']],
    ['emile z', ['thil']],
    ['zola villerupt', []],
    ['7', []],
    ['', []],
  ];
  for (const [question, found] of table) {
    test(`"${question}": ${found.join(', ') || 'nothing'}`, () => {
      assert.deepEqual(
        findStreets(streets, question).map(({ commune: where }) => where),
        found,
      );
    });
  }
});
