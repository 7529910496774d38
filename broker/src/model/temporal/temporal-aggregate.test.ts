import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Accumulator, AGGREGATE_METHODS } from './temporal-aggregate.ts';

/** Expected results, in the order of AGGREGATE_METHODS. Undefined: the method can't aggregate such values. */
const TABLE: [string, unknown[], unknown[]][] = [
  ['numbers', [1, 2, 2, 7], [4, 3, 12, 3, 1, 7, Math.sqrt(5.5), 58]],
  ['booleans', [true, false, true, true], [4, 2, 3, 0.75, 0, 1, Math.sqrt(0.1875), 3]],
  ['strings', ['b', 'a', 'b'], [3, 2, undefined, undefined, 'a', 'b', undefined, undefined]],
  ['arrays by their sizes', [[1, 2], [3], [1, 2, 3]], [3, 3, 6, 2, 1, 3, undefined, undefined]],
  [
    'DateTimes by time, whatever their fractions',
    ['2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00Z'],
    [2, 2, undefined, undefined, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5Z', undefined, undefined],
  ],
  [
    'times of day',
    ['10:00:00Z', '11:00:00Z'],
    [2, 2, undefined, '10:30:00Z', '10:00:00Z', '11:00:00Z', undefined, undefined],
  ],
  ['objects', [{ a: 1 }, { a: 1 }], [2, 1, undefined, undefined, undefined, undefined, undefined, undefined]],
];

describe('aggregation methods (4.5.19)', () => {
  for (const [name, values, expected] of TABLE) {
    test(`of ${name}`, () => {
      const accumulator = new Accumulator();
      for (const value of values) accumulator.add('Property', value);
      assert.deepEqual(
        AGGREGATE_METHODS.map((method) => accumulator.result(method)),
        expected,
      );
    });
  }

  test('relationships are counted', () => {
    const accumulator = new Accumulator();
    for (const uri of ['urn:a:1', 'urn:a:1', 'urn:a:2']) accumulator.add('Relationship', uri);
    assert.deepEqual([accumulator.result('totalCount'), accumulator.result('distinctCount')], [3, 2]);
    assert.equal(accumulator.result('max'), undefined);
  });

  test('pre-computed sums give the same results as single numbers', () => {
    const [single, summed] = [new Accumulator(), new Accumulator()];
    for (const value of [1, 2, 5, 8]) single.add('Property', value);
    summed.addNumbers({ count: 2, sum: 3, sumsq: 5, min: 1, max: 2 }, 2);
    summed.addNumbers({ count: 2, sum: 13, sumsq: 89, min: 5, max: 8 }, 2);
    for (const method of AGGREGATE_METHODS) assert.equal(summed.result(method), single.result(method), method);
  });
});
