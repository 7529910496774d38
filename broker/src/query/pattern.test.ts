import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { refuses } from '../../test/query/names.ts';
import { parsePattern } from './pattern.ts';

describe('Regular expressions', () => {
  const matches: readonly (readonly [source: string, text: string, expected: boolean])[] = [
    ['^Eiffel', 'Eiffel tower', true],
    ['tower', 'Eiffel tower', true],
    ['^tower', 'Eiffel tower', false],
    ['a{2,3}$', 'baaa', true],
    ['[[:alpha:]]+\\d', 'x1', true],
    ['^[^]a]$', 'a', false],
    ['a+?b|c', 'aab', true],
    ['a.b', 'a\nb', false],
    ['^.$', '😀', true],
    ['\\bfoo\\b', 'a foo.', true],
  ];
  for (const [source, text, expected] of matches) {
    test(`${source} ${expected ? 'matches' : 'does not match'} ${JSON.stringify(text)}`, () =>
      assert.equal(parsePattern(source, 'idPattern').test(text), expected));
  }
  test('match in linear time', () => {
    const start = performance.now();
    assert.equal(parsePattern('(a+)+$', 'q').test(`${'a'.repeat(16_000)}b`), false);
    assert.ok(performance.now() - start < 10_000, 'a backtracking engine would take years');
  });
  const faults: readonly (readonly [string, RegExp])[] = [
    ['invalid_entity_id_pattern**', /^idPattern: .* at 26: expected no repetition of a repetition/],
    ['*a', /something to repeat before it/],
    ['(a', /at 2: expected "\)"/],
    ['a)', /no "\)" without its "\("/],
    ['[a', /at 0: expected "\]"/],
    ['[b-a]', /a range upwards/],
    ['[[:foo:]]', /a POSIX class/],
    ['a{3,2}', /lower bound first/],
    ['a{256}', /at most 255/],
    ['((a{100}){100})', /multiply to at most 1000/],
    ['(?i)a', /no lookaround, no name, no flag/],
    ['(a)\\1', /an escape both engines know/],
    ['\\', /an escape both engines know/],
    ['^*', /no repetition of an anchor/],
    ['('.repeat(100), /at most 16 deep/],
    ['a\0', /U\+0000/],
  ];
  for (const [source, message] of faults) refuses(source, () => parsePattern(source, 'idPattern'), message);
});
