import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { solve, zeroBits } from './proof.ts';

test('leading zero bits are counted', () => {
  assert.deepEqual(
    [[255], [1], [0, 128], [0, 0, 32], [0]].map((bytes) => zeroBits(new Uint8Array(bytes))),
    [0, 7, 8, 18, 8],
  );
});

test('the nonce produces a hash with the required number of leading zero bits', async () => {
  const { challenge, nonce } = await solve({ challenge: 'abc', bits: 10 });
  assert.ok(zeroBits(createHash('sha256').update(`${challenge}:${nonce}`).digest()) >= 10);
});
