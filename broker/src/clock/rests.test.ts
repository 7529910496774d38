import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rests } from './rests.ts';

const LONG_MS = 3_600_000;

test('a rest ends when someone starts to wait, and there is no other until the work is done', async () => {
  const rests = new Rests();
  const resting = rests.rest(LONG_MS);
  const done = await rests.without(async () => {
    await resting;
    assert.equal(rests.isAwaited, true);
    await rests.rest(LONG_MS);
    return 'done';
  });
  assert.equal(done, 'done');
  assert.equal(rests.isAwaited, false);
});

test('a closed job does not rest', async () => {
  const rests = new Rests();
  const resting = rests.rest(LONG_MS);
  rests.close();
  await resting;
  await rests.rest(LONG_MS);
});
