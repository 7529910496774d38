import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Geometry } from '../../model/geometry.ts';
import type { GeoQuery } from './geo-query.ts';
import { geodesicDistance, measuredGeometry } from './geodesic-distance.ts';
import { matchesGeometry } from './match-geo.ts';

const point = (longitude: number, latitude: number): Geometry => ({
  type: 'Point',
  coordinates: [longitude, latitude],
});
const polygon = (...rings: number[][][]): Geometry => ({ type: 'Polygon', coordinates: rings });
const box = (west: number, south: number, east: number, north: number) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

/** Distances in metres from ST_Distance of PostGIS 3.5 for geographies. */
const DISTANCES: readonly (readonly [metres: number, left: Geometry, right: Geometry])[] = [
  [0, point(5.9, 49.4), point(5.9, 49.4)],
  [
    9449.53561018,
    point(5.9, 49.4),
    {
      type: 'LineString',
      coordinates: [
        [6, 49.3],
        [6.1, 49.6],
      ],
    },
  ],
  [0, point(6.05, 49.45), polygon(box(6, 49.4, 6.1, 49.5))],
  [428_027.03055999, point(2, 48), point(7, 50)],
  [
    41_539.3340052,
    point(6.5, 49.2),
    polygon([
      [7, 49],
      [8, 49.5],
      [7.5, 50],
      [7, 49],
    ]),
  ],
  [
    188_934.85727392,
    {
      type: 'LineString',
      coordinates: [
        [0, 0],
        [1, 1],
      ],
    },
    {
      type: 'LineString',
      coordinates: [
        [3, 0],
        [2, 4],
      ],
    },
  ],
  [
    6539.62817219,
    point(6, 50.01),
    {
      type: 'LineString',
      coordinates: [
        [2, 50],
        [10, 50],
      ],
    },
  ],
];

describe('4.10 Distances on the ellipsoid', () => {
  for (const [metres, left, right] of DISTANCES) {
    test(`are the same as in PostGIS: ${left.type} to ${right.type}, ${metres} m`, () => {
      for (const [from, to] of [
        [left, right],
        [right, left],
      ] as const) {
        assert.ok(Math.abs(geodesicDistance(measuredGeometry(from), measuredGeometry(to)) - metres) < 1e-5);
      }
    });
  }
  test('from inside a hole are measured to its edge', () => {
    const holed = measuredGeometry(polygon(box(6, 49, 7, 50), box(6.4, 49.4, 6.6, 49.6)));
    assert.ok(geodesicDistance(measuredGeometry(point(6.5, 49.5)), holed) > 7000);
    assert.equal(geodesicDistance(measuredGeometry(point(6.1, 49.1)), holed), 0);
  });
  test('between crossing lines are zero', () => {
    const line = (coordinates: number[][]) => measuredGeometry({ type: 'LineString', coordinates });
    assert.equal(
      geodesicDistance(
        line([
          [0, 0],
          [2, 2],
        ]),
        line([
          [0, 2],
          [2, 0],
        ]),
      ),
      0,
    );
  });
  test('are measured across the antimeridian', () => {
    const metres = geodesicDistance(measuredGeometry(point(179.9, 0)), measuredGeometry(point(-179.9, 0)));
    assert.ok(Math.abs(metres - 22_263.9) < 0.1);
  });
});

const AREA = polygon(box(0, 0, 2, 2), box(0.5, 0.5, 1, 1));
const BOW_TIE = polygon([
  [0, 0],
  [2, 2],
  [2, 0],
  [0, 2],
  [0, 0],
]);

const RELATIONS: readonly (readonly [target: Geometry, relation: string, reference: Geometry, expected: boolean])[] = [
  [point(1.5, 1.5), 'within', AREA, true],
  [point(0.7, 0.7), 'within', AREA, false],
  [point(0, 1), 'within', AREA, false],
  [point(0, 1), 'intersects', AREA, true],
  [point(3, 1), 'disjoint', AREA, true],
  [point(0.7, 0.7), 'disjoint', AREA, true],
  [AREA, 'contains', point(1.5, 1.5), true],
  [AREA, 'equals', polygon([...box(0, 0, 2, 2)].reverse(), box(0.5, 0.5, 1, 1)), true],
  [AREA, 'equals', polygon(box(0, 0, 2, 2)), false],
  [AREA, 'overlaps', polygon(box(1, 1, 3, 3)), true],
  [AREA, 'overlaps', AREA, false],
  [BOW_TIE, 'equals', BOW_TIE, true],
  [point(1, 0.1), 'within', BOW_TIE, false],
  [point(0.1, 1), 'within', BOW_TIE, true],
  [
    point(1, 1),
    'within',
    polygon([
      [0, 0],
      [2, 2],
      [0, 0],
      [0, 0],
    ]),
    true,
  ],
];

describe('4.10 Relations in the plane', () => {
  for (const [target, relation, reference, expected] of RELATIONS) {
    test(`${JSON.stringify(target.coordinates)} ${relation} ${JSON.stringify(reference.coordinates)} is ${expected}`, () => {
      const query = { kind: 'topological', relation, reference, geoproperty: 'urn:location' } as GeoQuery;
      assert.equal(matchesGeometry(query, target), expected);
    });
  }
});
