import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShortLivedMap } from './short-lived-map.ts';

test('behaves like a Map, however many entries come and go', () => {
  const shortLived = new ShortLivedMap<string, number>();
  const map = new Map<string, number>();
  for (let n = 0; n < 10_000; n++) {
    const key = `key ${n % 3000}`;
    shortLived.set(key, n);
    map.set(key, n);
    // The number of entries rises and falls.
    if (n % 2000 > 40) {
      const removed = `key ${(n * 7) % 3000}`;
      assert.equal(shortLived.delete(removed), map.delete(removed));
    }
    const read = `key ${(n * 11) % 3000}`;
    assert.equal(shortLived.get(read), map.get(read));
    assert.equal(shortLived.has(read), map.has(read));
    assert.equal(shortLived.size, map.size);
  }
  assert.deepEqual([...shortLived.keys()], [...map.keys()]);
  assert.deepEqual([...shortLived.values()], [...map.values()]);
});

test('allows deletions during an iteration', () => {
  const shortLived = new ShortLivedMap<number, number>();
  for (let n = 0; n < 1500; n++) shortLived.set(n, n);
  const seen: number[] = [];
  for (const value of shortLived.values()) {
    seen.push(value);
    shortLived.delete(value);
  }
  assert.equal(seen.length, 1500);
  assert.equal(shortLived.size, 0);
});
