import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { iri, names, refuses } from '../../test/query/names.ts';
import { matchesTypes, parseTypeSelection } from './type-selection.ts';

describe('4.17 Entity type selection', () => {
  const matches: readonly (readonly [text: string, types: string, expected: boolean])[] = [
    ['A', 'A', true],
    ['A', 'B', false],
    ['A,B', 'B', true],
    ['A | B', 'B', true],
    ['(A;B)', 'A', false],
    ['(A;B)', 'B A', true],
    ['(A;B),C', 'C', true],
    ['( A ; B )|C', 'A', false],
    ['(A|B)', 'B', true],
    ['(A,B)', 'C', false],
    ['schema:A,https://example.org/a#B', 'https://example.org/a#B', true],
    ['*', 'Z', true],
  ];
  for (const [text, types, expected] of matches) {
    test(`${text} ${expected ? 'selects' : 'does not select'} ${types}`, () => {
      const given = types.split(' ').map(iri);
      assert.equal(matchesTypes(parseTypeSelection(text, names), given), expected);
    });
  }
  const faults: readonly (readonly [string, RegExp])[] = [
    ['', /^type: got nothing/],
    ['A;B', /^type: at 1: got ";B", .* within parentheses only/],
    ['A,', /^type: at 2: got the end, expected an entity type name/],
    ['(A;B', /^type: at 4: got the end, expected ";" or "\)"/],
    ['(A;B|C)', /^type: at 4: got "\|C\)", expected ";" or "\)"/],
    ['(A|B;C)', /^type: at 4: got ";C\)", expected "\|", "," or "\)"/],
    ['((A))', /^type: at 1: /],
    ['A)', /^type: at 1: got "\)"/],
    ['9A', /^type: at 0: got "9A"/],
    ['A B', /^type: at 2: /],
    ['A,*', /^type: at 2: got "\*"/],
  ];
  for (const [text, message] of faults) refuses(text, () => parseTypeSelection(text, names), message);
});
