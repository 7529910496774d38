import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { clauses } from '../src/clauses/index.ts';
import { rows } from '../src/coverage.ts';

const ids = clauses.flatMap(({ cases }) => cases.map(({ id }) => id));

describe('Coverage', () => {
  for (const { clause, requirement, cases } of rows) {
    test(`${clause}: ${requirement} has a case`, () => {
      assert.notEqual(cases.length, 0);
      const missing = cases.filter((beginning) => !ids.some((id) => id.startsWith(beginning)));
      assert.deepEqual(missing, [], 'no case begins like this');
    });
  }

  test('no clause is declared twice or without cases', () => {
    const numbers = clauses.map(({ number }) => number);
    assert.deepEqual(numbers, [...new Set(numbers)]);
    assert.deepEqual(
      clauses.filter(({ cases }) => cases.length === 0),
      [],
    );
  });
});
