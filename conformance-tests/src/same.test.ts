import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aDateTime, difference, differenceInOrder, nothing } from './same.ts';

const SAME: readonly (readonly [string, unknown, unknown])[] = [
  ['types in another order', { type: ['A', 'B'] }, { type: ['B', 'A'] }],
  [
    'one instant written in two ways',
    { observedAt: '2026-01-01T00:00:00Z' },
    { observedAt: '2026-01-01T00:00:00.000Z' },
  ],
  [
    'instances in another order',
    { a: [{ value: 1 }, { value: 2, datasetId: 'x:1' }] },
    { a: [{ value: 2, datasetId: 'x:1' }, { value: 1 }] },
  ],
  ['entities in another order', [{ id: 'a:1' }, { id: 'a:2' }], [{ id: 'a:2' }, { id: 'a:1' }]],
  ['a matcher', { createdAt: '2026-01-01T00:00:00Z' }, { createdAt: aDateTime }],
  ['a member that must not be there', { a: 1 }, { a: 1, b: nothing }],
];

const DIFFERENT: readonly (readonly [string, unknown, unknown, RegExp])[] = [
  ['elements of a value in another order', { value: [1, 2] }, { value: [2, 1] }, /\/value\[0\] is 1, expected 2/],
  ['sets inside a value', { value: { type: ['A', 'B'] } }, { value: { type: ['B', 'A'] } }, /type\[0\]/],
  ['coordinates in another order', { coordinates: [6, 49] }, { coordinates: [49, 6] }, /coordinates/],
  ['a number and its text', { value: 5 }, { value: '5' }, /\/value is 5, expected "5"/],
  ['a member too many', { a: 1, b: 2 }, { a: 1 }, /\/b is 2, expected no such member/],
  ['a member too few', { a: 1 }, { a: 1, b: 2 }, /\/b is missing, expected 2/],
  ['an element too many', [1, 2], [1], /expected 1 elements/],
  ['the same element twice', { type: ['A', 'A'] }, { type: ['A', 'B'] }, /\/type/],
  ['null and nothing', { value: null }, { value: nothing }, /not to be there/],
  ['no DateTime', { createdAt: '2026-01-01' }, { createdAt: aDateTime }, /expected a DateTime/],
];

describe('difference', () => {
  for (const [name, got, expected] of SAME) {
    test(`is none for ${name}`, () => assert.equal(difference(got, expected), undefined));
  }
  for (const [name, got, expected, message] of DIFFERENT) {
    test(`reports ${name}`, () => assert.match(difference(got, expected) ?? '', message));
  }
  test('keeps the order of results on request', () => {
    assert.match(differenceInOrder(['a', 'b'], ['b', 'a']) ?? '', /\[0\] is "a", expected "b"/);
  });
});
