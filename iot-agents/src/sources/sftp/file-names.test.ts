import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { matchesName } from './file-names.ts';

const CASES: readonly (readonly [pattern: string, name: string, expected: boolean])[] = [
  ['*.csv', 'a.csv', true],
  ['*.csv', 'A.CSV', true],
  ['*.csv', 'a.csv.tmp', false],
  ['a?.csv', 'ab.csv', true],
  ['a?.csv', 'a.csv', false],
  ['a*b*c', 'a-b-b-c', true],
  ['a*b*c', 'a-c-b', false],
  ['*', '', true],
  ['', 'a', false],
  ['a.csv', 'aXcsv', false],
  ['[a].csv', '[a].csv', true],
];

describe('the names of files', () => {
  for (const [pattern, name, expected] of CASES) {
    test(`${pattern} ${expected ? 'matches' : 'does not match'} "${name}"`, () => {
      assert.equal(matchesName(pattern, name), expected);
    });
  }

  test('a pattern with many stars takes at most its length times that of the name', () => {
    const started = performance.now();
    assert.equal(matchesName(`${'a*'.repeat(120)}b`, 'a'.repeat(250)), false);
    assert.ok(performance.now() - started < 10_000, 'a backtracking engine would take years');
  });
});
