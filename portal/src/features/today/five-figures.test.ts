import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ofBudget, trendOf } from './five-figures.ts';

test('without a figure before there is no trend', () => {
  assert.deepEqual([trendOf(0.4, undefined), trendOf(undefined, 0.4)], [undefined, undefined]);
  assert.equal(trendOf(0.4, 0.2), 'better');
});

test('a small difference is no trend', () => {
  assert.equal(trendOf(0.401, 0.4), 'same');
  assert.equal(trendOf(0.3, 0.4), 'worse');
});

test('only buildings with a budget and an expectation count for the budget', () => {
  const building = (budget?: number, expected?: number) =>
    ({ budget, expected }) as Parameters<typeof ofBudget>[0][number];
  assert.deepEqual(ofBudget([building(100, 90), building(100), building(undefined, 500)]), {
    share: 0.9,
    buildings: 1,
    leaks: 0,
  });
  assert.equal(ofBudget([building(100)]).share, undefined);
});
