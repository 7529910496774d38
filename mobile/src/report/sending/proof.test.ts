import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { solve, zeroBits } from './proof.ts';

test('zero bits are counted from the front', () => {
  assert.deepEqual(
    [[255], [1], [0, 128], [0, 0, 32], [0]].map((bytes) => zeroBits(new Uint8Array(bytes))),
    [0, 7, 8, 18, 8],
  );
});

test('the nonce makes a hash that begins with so many zero bits', async () => {
  const { challenge, nonce } = await solve({ challenge: 'abc', bits: 10 });
  assert.ok(zeroBits(createHash('sha256').update(`${challenge}:${nonce}`).digest()) >= 10);
});
