import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReceptionTimes } from './reception-times.ts';

test('messages of one topic have different times of reception, in order, and others are not delayed', () => {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  const timesOf = (numberOfProcess: number) => {
    const timeOf = createReceptionTimes(
      () => numberOfProcess,
      () => now,
    );
    return (topic: string, count: number) => Array.from({ length: count }, () => timeOf(topic).slice(17, 23));
  };
  const [ours, others] = [timesOf(0), timesOf(1)];
  assert.deepEqual(ours('a', 3), ['00.000', '00.008', '00.016']);
  assert.deepEqual(others('a', 2), ['00.001', '00.009']);
  assert.deepEqual(ours('b', 1), ['00.000']);
  now += 1;
  assert.deepEqual(ours('a', 1), ['00.024']);
  now += 999;
  assert.deepEqual(ours('a', 1), ['01.000']);
});
