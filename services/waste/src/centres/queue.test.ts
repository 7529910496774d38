import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { queueOf } from './queue.ts';

const NOW = new Date('2026-11-28T10:00:00Z');
const before = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000).toISOString();

describe('queueOf', () => {
  const table: [vehicles: number, age: number, expectedQueue: [number, number, number, string] | undefined][] = [
    [0, 1, [0, 0, 0, 'high']],
    [4, 1, [12, 4, 20, 'high']],
    [4, 10, [12, 4, 20, 'medium']],
    [9, 29, [27, 15, 39, 'low']],
    [4, 31, undefined],
  ];
  for (const [vehicles, age, expected] of table) {
    test(`${vehicles} vehicles, ${age} min ago`, () => {
      const queue = queueOf({ value: vehicles, observedAt: before(age) }, 3, NOW);
      assert.deepEqual(queue && [queue.minutes, queue.shortest, queue.longest, queue.confidence], expected);
    });
  }

  test('is undefined for a count without a time', () => {
    assert.equal(queueOf({ value: 4 }, 3, NOW), undefined);
  });
});
