import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { GatheredWork } from './gathered-work.ts';

const MOMENT_MS = 300;

test('what arrives within a moment is processed together', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const batches: number[] = [];
    const gathered = new GatheredWork<number>(async (items) => void batches.push(items.length), assert.ifError);
    for (let key = 0; key < 500; key++) gathered.add(`${key}`, key);
    mock.timers.tick(MOMENT_MS);
    await Promise.resolve();
    assert.deepEqual(batches, [500]);
  } finally {
    mock.timers.reset();
  }
});

test('a bulk load is processed when it pauses, a few items at once', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const batches: number[] = [];
    const work = async (items: readonly number[]) => void batches.push(items.length);
    const gathered = new GatheredWork<number>(work, assert.ifError, { maxWaitMs: 60_000 });
    let key = 0;
    for (let moment = 0; moment < 5; moment++) {
      for (let n = 0; n < 200; n++) gathered.add(`${key++}`, key);
      mock.timers.tick(MOMENT_MS);
      await Promise.resolve();
      assert.deepEqual(batches, [], 'nothing while the load goes on');
    }
    gathered.add(`${key++}`, key);
    mock.timers.tick(MOMENT_MS);
    await gathered.settled();
    assert.deepEqual(batches, [1001]);
    gathered.add(`${key++}`, key);
    mock.timers.tick(MOMENT_MS);
    await gathered.settled();
    assert.deepEqual(batches, [1001, 1]);
  } finally {
    mock.timers.reset();
  }
});

test('callers that wait for the work do not wait for the pause', async () => {
  const batches: number[] = [];
  const work = async (items: readonly number[]) => void batches.push(items.length);
  const gathered = new GatheredWork<number>(work, assert.ifError, { maxWaitMs: 60_000 });
  for (let key = 0; key < 500; key++) gathered.add(`${key}`, key);
  await gathered.settled();
  assert.deepEqual(batches, [500]);
});
