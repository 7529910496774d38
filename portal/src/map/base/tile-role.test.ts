import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tileRole } from './tile-role.ts';

const CASES = [
  ['water', 'river', 'water'],
  ['waterway', 'stream', 'water'],
  ['water_polygons', 'lake', 'water'],
  ['landuse', 'forest', 'green'],
  ['landcover', 'wood', 'green'],
  ['landuse', 'industrial', undefined],
  ['buildings', 'building', 'building'],
  ['building', undefined, 'building'],
  ['roads', 'highway', 'road'],
  ['roads', 'minor_road', 'street'],
  ['roads', 'rail', 'rail'],
  ['transportation', 'primary', 'road'],
  ['transportation', 'service', 'street'],
  ['transportation', 'ferry', undefined],
  ['streets', 'footway', 'path'],
  ['earth', 'earth', undefined],
  ['pois', 'school', undefined],
] as const;

for (const [layer, kind, role] of CASES) {
  test(`${kind ?? 'a shape'} in ${layer} is drawn as ${role ?? 'nothing'}`, () => {
    assert.equal(tileRole(layer, kind), role);
  });
}
