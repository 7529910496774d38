import assert from 'node:assert/strict';
import { test } from 'node:test';
import { consumersOf } from './consumers.ts';

test('the hours of each consumer are summed, beside its limits', () => {
  const limits = [{ requests: 100, per: 'minute' as const }];
  const usage = [
    { consumer: 'anonymous', requests: 5, refused: 1, limited: 0 },
    { consumer: 'key:a', requests: 20, refused: 0, limited: 2 },
    { consumer: 'anonymous', requests: 7, refused: 0, limited: 3 },
  ];
  assert.deepEqual(
    consumersOf({
      usage,
      limits: [
        { consumer: 'client:b', limits },
        { consumer: 'anonymous', limits },
      ],
    }),
    [
      { consumer: 'key:a', requests: 20, refused: 0, limited: 2, limits: [] },
      { consumer: 'anonymous', requests: 12, refused: 1, limited: 3, limits },
      { consumer: 'client:b', requests: 0, refused: 0, limited: 0, limits },
    ],
  );
});
