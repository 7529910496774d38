import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { CopyQueue } from './copy-queue.ts';

const NOW = Date.parse('2026-12-02T12:00:00Z');
const TWO_DAYS_MS = 2 * 86_400_000;

test('a source that could not be reached is tried again, although the clock has been set back by two days', async (t) => {
  mock.timers.enable({ apis: ['Date'], now: NOW });
  t.after(() => mock.timers.reset());
  const isSetBack = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let attempts = 0;
  const queue = new CopyQueue<string>({
    key: (pair) => pair,
    group: (pair) => pair,
    firstPauseMs: 1,
    longestPauseMs: 1,
    async work() {
      attempts++;
      if (attempts === 1) {
        // In its pause, after this turn.
        setImmediate(() => {
          mock.timers.setTime(NOW - TWO_DAYS_MS);
          isSetBack.resolve();
        });
        return false;
      }
      reached.resolve();
      return true;
    },
  });
  t.after(() => queue.close());
  queue.add('a source');
  await isSetBack.promise;
  await reached.promise;
  assert.equal(attempts, 2);
});
