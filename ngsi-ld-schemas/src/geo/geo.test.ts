import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boxAround, contains, distanceM } from './geo.ts';

test('a degree of latitude, and one of longitude at the equator, are 111.195 km', () => {
  assert.ok(Math.abs(distanceM([6, 49], [6, 50]) - 111_195) < 1);
  assert.ok(Math.abs(distanceM([6, 0], [7, 0]) - 111_195) < 1);
});

test('the pole is a quarter of the circumference away from the equator, and its antipode half of it', () => {
  assert.ok(Math.abs(distanceM([6, 0], [120, 90]) - 10_007_557) < 1);
  assert.ok(Math.abs(distanceM([6, 49.5], [-174, -49.5]) - 20_015_114) < 1);
});

test('a box of 100 m around a position reaches 100 m to the east and to the north', () => {
  const at = [6.1, 49.5] as const;
  const { dx, dy } = boxAround(at, 100);
  assert.ok(Math.abs(distanceM(at, [at[0] + dx, at[1]]) - 100) < 0.01);
  assert.ok(Math.abs(distanceM(at, [at[0], at[1] + dy]) - 100) < 0.01);
});

test('a polygon contains what is inside its outline and outside its holes', () => {
  const square = (from: number, to: number) => [
    [from, from],
    [to, from],
    [to, to],
    [from, to],
    [from, from],
  ];
  const polygon = { type: 'Polygon', coordinates: [square(0, 10), square(4, 6)] };
  assert.equal(contains(polygon, [2, 2]), true);
  assert.equal(contains(polygon, [5, 5]), false);
  assert.equal(contains(polygon, [11, 5]), false);
  const island = { type: 'MultiPolygon', coordinates: [polygon.coordinates, [square(4.5, 5.5)]] };
  assert.equal(contains(island, [5, 5]), true, 'an island in the hole');
  assert.equal(contains({ type: 'Point', coordinates: [2, 2] }, [2, 2]), false);
});
