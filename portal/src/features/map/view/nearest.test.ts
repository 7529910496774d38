import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MapItem } from '../../../entities/map-item.ts';
import { isShown, nearestTo } from './nearest.ts';

const FRAME = { zoom: 15, box: [5.9, 49.4, 6.0, 49.5] } as const;
const item = (...position: [number, number]) => ({ id: 'a', position }) as unknown as MapItem;
const contents = (...items: MapItem[]) => ({ shows: 'points' as const, items, heaps: [] });

test('only what lies within the extent is shown', () => {
  assert.equal(isShown(contents(item(5.95, 49.45)), FRAME), true);
  assert.equal(isShown(contents(item(6.01, 49.45), item(5.95, 49.51)), FRAME), false);
  assert.equal(isShown({ ...contents(), heaps: [{ scope: '', position: [5.9, 49.4], shares: [] }] }, FRAME), true);
});

test('the nearest is found by its distance on the ground, not in degrees', () => {
  // A degree of longitude is shorter than one of latitude here.
  const found = nearestTo(contents(item(6.05, 49.45), item(5.95, 49.52)), FRAME);
  assert.deepEqual(found?.position, [6.05, 49.45]);
  const expected = 6_371_000 * ((0.1 * Math.PI) / 180) * Math.cos((49.45 * Math.PI) / 180);
  assert.ok(Math.abs((found?.metres ?? 0) - expected) < 5, `${found?.metres}, expected ${expected}`);
  assert.equal(nearestTo(contents(), FRAME), undefined);
});
