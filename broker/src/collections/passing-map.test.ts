import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PassingMap } from './passing-map.ts';

test('does as a Map does, however much passes through it', () => {
  const passing = new PassingMap<string, number>();
  const map = new Map<string, number>();
  for (let n = 0; n < 10_000; n++) {
    const key = `key ${n % 3000}`;
    passing.set(key, n);
    map.set(key, n);
    // Now many are there, now few.
    if (n % 2000 > 40) {
      const gone = `key ${(n * 7) % 3000}`;
      assert.equal(passing.delete(gone), map.delete(gone));
    }
    const asked = `key ${(n * 11) % 3000}`;
    assert.equal(passing.get(asked), map.get(asked));
    assert.equal(passing.has(asked), map.has(asked));
    assert.equal(passing.size, map.size);
  }
  assert.deepEqual([...passing.keys()], [...map.keys()]);
  assert.deepEqual([...passing.values()], [...map.values()]);
});

test('may be taken from while its values are walked through', () => {
  const passing = new PassingMap<number, number>();
  for (let n = 0; n < 1500; n++) passing.set(n, n);
  const seen: number[] = [];
  for (const value of passing.values()) {
    seen.push(value);
    passing.delete(value);
  }
  assert.equal(seen.length, 1500);
  assert.equal(passing.size, 0);
});
