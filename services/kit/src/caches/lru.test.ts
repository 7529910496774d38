import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lru } from './lru.ts';

function filled(): Lru<string> {
  // Room for three: an entry takes 150 bytes, plus two for each character of its key.
  const lru = new Lru<string>(3 * 165);
  for (const key of ['one', 'two', 'three']) lru.set(key, key, 1);
  return lru;
}

const keptOf = (lru: Lru<string>) => ['one', 'two', 'three', 'four'].filter((key) => lru.get(key) !== undefined);

test('keeps the most recently used entry, also after repeated use', () => {
  const lru = filled();
  for (const key of ['one', 'one', 'two', 'one', 'one']) assert.equal(lru.get(key), key);
  lru.set('four', 'four', 1);
  assert.deepEqual(keptOf(lru), ['one', 'two', 'four']);
});

test('a new entry is the most recent, and the previous one may be evicted', () => {
  const lru = filled();
  lru.delete('three');
  assert.equal(lru.get('one'), 'one');
  lru.set('three', 'three', 1);
  lru.set('four', 'four', 1);
  assert.deepEqual(keptOf(lru), ['one', 'three', 'four']);
  lru.clear();
  assert.deepEqual(keptOf(lru), []);
});

test('counts the size in bytes, including the overhead of entries', () => {
  const lru = new Lru<string>(1000);
  lru.set('a', 'a', 0);
  assert.deepEqual(lru.use, { entries: 1, bytes: 152, mostBytes: 1000 });
  lru.set('b', 'b', 900);
  assert.deepEqual([lru.get('a'), lru.use.entries], [undefined, 1]);
  lru.set('b', 'c', 1);
  assert.equal(lru.use.bytes, 153);
  lru.clear();
  assert.equal(lru.use.bytes, 0);
});

test('is full to the last byte, and no further', () => {
  const lru = new Lru<string>(2 * 152);
  for (const key of ['a', 'b']) lru.set(key, key, 0);
  assert.equal(lru.use.entries, 2, 'exactly as many bytes as allowed');
  lru.set('a', 'a', 1);
  assert.deepEqual([lru.get('a'), lru.get('b')], ['a', undefined], 'one byte more evicts the oldest');
  lru.set('c', 'c', 1000);
  assert.deepEqual(lru.use, { entries: 1, bytes: 1152, mostBytes: 304 }, 'the newest stays, however large');
});

test('lists entries from the least to the most recently used', () => {
  const lru = filled();
  assert.equal(lru.get('one'), 'one');
  assert.deepEqual([...lru.entries()].flat(), ['two', 'two', 'three', 'three', 'one', 'one']);
});
