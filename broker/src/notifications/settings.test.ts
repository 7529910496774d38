import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DELIVERY_SETTINGS, pauseMs } from './settings.ts';

test('pauses double up to the longest, are shortened randomly by up to a half, and respect a cooldown', () => {
  const cases: [failures: number, leastMs: number, from: number, to: number][] = [
    [1, 0, 500, 1000],
    [2, 0, 1000, 2000],
    [5, 0, 8000, 16_000],
    [50, 0, 150_000, 300_000],
    [5000, 0, 150_000, 300_000],
    [1, 2000, 2000, 2000],
  ];
  for (const [failures, leastMs, from, to] of cases) {
    for (let tries = 0; tries < 50; tries++) {
      const pause = pauseMs(failures, leastMs, DELIVERY_SETTINGS);
      assert.ok(pause >= from && pause <= to, `${failures} failures: ${pause}`);
    }
  }
});
