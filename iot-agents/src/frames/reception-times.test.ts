import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createReceptionTimes } from './reception-times.ts';

test('messages of one topic have different times of reception, in order, and others are not delayed', () => {
  let now = Date.parse('2026-01-01T00:00:00.000Z');
  const timeOf = createReceptionTimes(() => now);
  const seconds = (topic: string, count: number) => Array.from({ length: count }, () => timeOf(topic).slice(17, 23));
  assert.deepEqual(seconds('a', 3), ['00.000', '00.001', '00.002']);
  assert.deepEqual(seconds('b', 1), ['00.000']);
  now += 1;
  assert.deepEqual(seconds('a', 1), ['00.003']);
  now += 1000;
  assert.deepEqual(seconds('a', 1), ['01.001']);
});
