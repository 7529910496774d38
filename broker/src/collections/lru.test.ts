import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lru } from './lru.ts';

function filled(): Lru<string> {
  const lru = new Lru<string>(3);
  for (const key of ['one', 'two', 'three']) lru.set(key, key, 1);
  return lru;
}

const keptOf = (lru: Lru<string>) => ['one', 'two', 'three', 'four'].filter((key) => lru.get(key) !== undefined);

test('what was asked for last stays, also when it is asked for again and again', () => {
  const lru = filled();
  for (const key of ['one', 'one', 'two', 'one', 'one']) assert.equal(lru.get(key), key);
  lru.set('four', 'four', 1);
  assert.deepEqual(keptOf(lru), ['one', 'two', 'four']);
});

test('what is set last is the newest, and what was the newest may go', () => {
  const lru = filled();
  lru.delete('three');
  assert.equal(lru.get('one'), 'one');
  lru.set('three', 'three', 1);
  lru.set('four', 'four', 1);
  assert.deepEqual(keptOf(lru), ['one', 'three', 'four']);
  lru.clear();
  assert.deepEqual(keptOf(lru), []);
});
