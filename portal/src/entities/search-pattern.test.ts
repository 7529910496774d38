import assert from 'node:assert/strict';
import { test } from 'node:test';
import { searchPattern } from './search-pattern.ts';

for (const [text, found, passed] of [
  ['redange', 'Rédange', 'Aumetz'],
  ['VIL-001', 'Lampe vil-001', 'VIL-011'],
  ['rue carnot', 'Rue Sadi-Carnot', 'Carnot, rue'],
  ['école', 'ECOLE', 'collège'],
  ['l’eau', "Rue de l'Eau", 'Rue Leau'],
] as const) {
  test(`"${text}" finds ${found}, not ${passed}`, () => {
    const pattern = new RegExp(searchPattern(text) ?? '');
    assert.ok(pattern.test(found));
    assert.ok(!pattern.test(passed));
  });
}

test('what could mean something to the query is no part of the pattern', () => {
  assert.equal(searchPattern('  '), undefined);
  assert.doesNotMatch(searchPattern('a"|(b)*\\;') ?? '', /["|()*\\;]/);
});
