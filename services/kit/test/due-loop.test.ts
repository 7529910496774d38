import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startDueLoop } from '@alzette/kit/due-loop';

test('due work is done at its time, at once when woken, and again after an error', async () => {
  const started = Date.now();
  const due = [started + 300];
  const done: number[] = [];
  const errors: unknown[] = [];
  let fails = false;
  const loop = startDueLoop({
    async work() {
      if (fails) {
        fails = false;
        throw new Error('the database is away');
      }
      const now = Date.now();
      const taken = due.filter((at) => at <= now);
      for (const at of taken) due.splice(due.indexOf(at), 1);
      done.push(...taken.map(() => now - started));
      return taken.length;
    },
    next: async () => (due.length === 0 ? undefined : new Date(Math.min(...due))),
    onError: (error) => errors.push(error),
    longestPauseMs: 60_000,
    firstLookMs: 0,
  });
  await sleep(600);
  assert.equal(done.length, 1);
  assert.ok((done[0] ?? 0) >= 300);

  due.push(Date.now());
  await sleep(100);
  assert.equal(done.length, 1, 'nobody has said so');
  loop.wake();
  await sleep(100);
  assert.equal(done.length, 2);

  fails = true;
  due.push(Date.now());
  loop.wake();
  await sleep(1_500);
  assert.deepEqual([errors.length, done.length], [1, 3]);
  await loop.stop();
  due.push(Date.now());
  loop.wake();
  await sleep(100);
  assert.equal(done.length, 3);
});
