import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { placeNames } from './name-places.ts';

const NAME = { at: [100, 100], width: 60, height: 20 } as const;

describe('positions of names', () => {
  for (const [title, obstacles, expected] of [
    ['just above its place where nothing is', [], [0, -18]],
    ['above a donut on its place', [{ at: [100, 100], radius: 20 }], [0, -30]],
    ['below when the donut is above', [{ at: [100, 80], radius: 20 }], [0, 18]],
    [
      'beside when above and below are taken',
      [
        { at: [100, 75], radius: 20 },
        { at: [100, 125], radius: 20 },
      ],
      [46, 0],
    ],
    ['above, over what it can’t avoid, when all around is taken', [{ at: [100, 100], radius: 500 }], [0, -18]],
  ] as const) {
    test(title, () => assert.deepEqual(placeNames([NAME], obstacles), [expected]));
  }

  test('two names at one position do not cover each other', () => {
    for (const obstacles of [[], [{ at: [100, 100], radius: 500 }] as const]) {
      assert.deepEqual(placeNames([NAME, NAME], obstacles), [
        [0, -18],
        [0, 18],
      ]);
    }
  });
});
