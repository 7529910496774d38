import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
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

  test('each verdict of the documentation on what brokers read differently has its case', () => {
    const page = readFileSync(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
    const [, part = ''] = page.split('## Where brokers differ');
    const verdicts = [...part.matchAll(/^\| [\d. ]+ \|.*\| `([^`]+)` \|$/gm)].map(([, beginning = '']) => beginning);
    assert.equal(verdicts.length, part.match(/^\| \d/gm)?.length, 'a row without a case');
    assert.ok(verdicts.length > 0);
    const missing = verdicts.filter((beginning) => !ids.some((id) => id.startsWith(beginning)));
    assert.deepEqual(missing, [], 'no case begins like this');
  });
});
