import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Area, Comparand, Operator, Scalar } from '../contract/rule.ts';
import { liesIn } from './area.ts';
import { compare, compareWithAny, isReference, isSeveral } from './comparison.ts';
import type { Value } from './series.ts';
import { all, any, FALSE, not, type Outcome, outcome, TRUE, type Truth, UNKNOWN } from './truth.ts';

/** A value, and what it is below, equal to and above: the truths of `<`, `<=`, `==`, `!=`, `>=`, `>`. */
const ORDERS: readonly (readonly [value: Value | undefined, with_: Scalar, truths: string])[] = [
  [1, 2, 'TTFTFF'],
  [2, 2, 'FTTFTF'],
  [3, 2, 'FFFTTT'],
  ['a', 'b', 'TTFTFF'],
  ['b', 'b', 'FTTFTF'],
  ['c', 'b', 'FFFTTT'],
  // Not in order with each other.
  ['1', 1, '--FT--'],
  [1, '1', '--FT--'],
  [true, true, '--TF--'],
  [true, false, '--FT--'],
  [['a', 'b'], 'b', '--TF--'],
  [['a', 'b'], 'c', '--FT--'],
  [undefined, 1, '------'],
  [null as unknown as Value, 1, '------'],
];
const OPERATORS: readonly Operator[] = ['<', '<=', '==', '!=', '>=', '>'];
const letter = (truth: Truth) => (truth === undefined ? '-' : truth ? 'T' : 'F');

for (const [value, with_, truths] of ORDERS) {
  test(`${JSON.stringify(value)} compared with ${JSON.stringify(with_)}`, () => {
    assert.equal(OPERATORS.map((operator) => letter(compare(value, operator, with_))).join(''), truths);
  });
}

test('a value matches one of several, or none of them', () => {
  for (const [value, isOne, isNone] of [
    ['a', 'T', 'F'],
    ['c', 'F', 'T'],
    [['c', 'b'], 'T', 'F'],
    [['c', 'd'], 'F', 'T'],
    [undefined, '-', '-'],
    [null, '-', '-'],
  ] as const) {
    const found = (operator: Operator) => letter(compareWithAny(value as Value, operator, ['a', 'b']));
    assert.deepEqual([found('=='), found('!=')], [isOne, isNone], String(value));
  }
});

test('a comparand is one value, several, or another attribute', () => {
  const kinds = (value: Comparand) => [isReference(value), isSeveral(value)];
  assert.deepEqual(kinds('a'), [false, false]);
  assert.deepEqual(kinds(1), [false, false]);
  assert.deepEqual(kinds(['a']), [false, true]);
  assert.deepEqual(kinds({ attr: 'level' }), [true, false]);
});

const at = (truth: Truth, next: number): Outcome => ({ truth, next });

test('what is negated changes at the same time, and the unknown stays unknown', () => {
  assert.deepEqual(not(TRUE), FALSE);
  assert.deepEqual(not(FALSE), TRUE);
  assert.deepEqual(not(UNKNOWN), UNKNOWN);
  assert.deepEqual(not(at(true, 5)), at(false, 5));
  assert.equal(outcome(true), TRUE);
  assert.equal(outcome(false), FALSE);
  assert.equal(outcome(undefined), UNKNOWN);
});

test('all parts: false while one is, until the last false one changes; otherwise until the first change', () => {
  for (const [parts, expected] of [
    [[], TRUE],
    [[TRUE, TRUE], TRUE],
    [[TRUE, UNKNOWN], UNKNOWN],
    [[UNKNOWN, FALSE, TRUE], FALSE],
    [[at(false, 3), at(false, 7), at(true, 1)], at(false, 7)],
    [[at(false, 7), at(false, 3)], at(false, 7)],
    [[at(true, 9), at(true, 4)], at(true, 4)],
    [[at(true, 4), at(true, 9)], at(true, 4)],
    [[at(undefined, 2), at(true, 4)], at(undefined, 2)],
  ] as const) {
    assert.deepEqual(all(parts), expected, JSON.stringify(parts));
  }
});

test('any part: true while one is, until the last true one changes; otherwise until the first change', () => {
  for (const [parts, expected] of [
    [[], FALSE],
    [[FALSE, TRUE], TRUE],
    [[FALSE, UNKNOWN], UNKNOWN],
    [[UNKNOWN, TRUE], TRUE],
    [[at(true, 3), at(true, 7), at(false, 1)], at(true, 7)],
    [[at(false, 9), at(false, 4)], at(false, 4)],
  ] as const) {
    assert.deepEqual(any(parts), expected, JSON.stringify(parts));
  }
});

/** One degree of longitude at the equator is 111.3 km. */
const CIRCLE: Area = { center: [6, 0], radius: 11_200 } as Area;
const SQUARE: Area = {
  type: 'Polygon',
  coordinates: [
    [
      [6, 49],
      [7, 49],
      [7, 50],
      [6, 50],
      [6, 49],
    ],
  ],
} as Area;

test('a geometry lies in an area by its first position', () => {
  const point = (longitude: number, latitude: number) =>
    ({ type: 'Point', coordinates: [longitude, latitude] }) as Value;
  assert.equal(liesIn(point(6.1, 0), CIRCLE), true, '11.1 km');
  assert.equal(liesIn(point(6.2, 0), CIRCLE), false, '22.3 km');
  assert.equal(liesIn(point(6.5, 49.5), SQUARE), true);
  assert.equal(liesIn(point(7.5, 49.5), SQUARE), false);
  const line = (...coordinates: number[][]) => ({ type: 'LineString', coordinates }) as Value;
  assert.equal(liesIn(line([6.5, 49.5], [8, 49.5]), SQUARE), true);
  assert.equal(liesIn(line([8, 49.5], [6.5, 49.5]), SQUARE), false);
});

test('what is no geometry lies neither in an area nor outside', () => {
  for (const value of [null, 1, 'text', {}, { coordinates: [] }, { coordinates: ['a', 1] }, { coordinates: [1] }]) {
    assert.equal(liesIn(value as Value, SQUARE), undefined, JSON.stringify(value));
  }
});
