import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freeSpot } from './free-spot.ts';

test('a widget goes beside others where there is room, otherwise below', () => {
  const number = { w: 3, h: 2 };
  const row = [0, 3, 6].map((x) => ({ x, y: 0, ...number }));
  for (const [placed, size, x, y] of [
    [[], number, 0, 0],
    [row.slice(0, 1), number, 3, 0],
    [row, number, 9, 0],
    [row, { w: 6, h: 4 }, 0, 2],
    [[...row, { x: 9, y: 0, ...number }], number, 0, 2],
    [[{ x: 0, y: 1, w: 12, h: 2 }], { w: 12, h: 1 }, 0, 0],
  ] as const) {
    assert.deepEqual(freeSpot(placed, size), { x, y });
  }
});
