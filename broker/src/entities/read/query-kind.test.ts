import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemCaller } from '../../access/caller.ts';
import type { StoredQuery } from '../../query/entity-query.ts';
import { parsePattern } from '../../query/pattern.ts';
import { querySame } from './query-kind.ts';

test('queries with a pattern are of one kind if their patterns are equal', () => {
  const same = (pattern: string) => {
    const selectors = [{ idPattern: parsePattern(pattern, 'idPattern') }];
    return querySame(systemCaller(''), { selectors, limit: 20, offset: 0, count: false } satisfies StoredQuery);
  };
  assert.equal(same('^a'), same('^a'));
  assert.notEqual(same('^a'), same('^b'));
});
