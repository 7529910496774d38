import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ZoneNight } from '@alzette/lighting/contract';
import { ofBudget, savings, trendOf } from './five-figures.ts';

const night = (day: number, measured: number): ZoneNight =>
  ({ night: new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 10), measured, reference: 100 }) as ZoneNight;

test('the saving of the last thirty nights is compared with the thirty before, in whatever order they come', () => {
  const nights = [
    ...Array.from({ length: 30 }, (_, at) => night(at + 31, 60)),
    ...Array.from({ length: 30 }, (_, at) => night(at + 1, 80)),
  ];
  const { now, before } = savings(nights);
  assert.deepEqual([now?.toFixed(2), before?.toFixed(2)], ['0.40', '0.20']);
  assert.equal(trendOf(now, before), 'better');
});

test('the share of the park that was measured is the mean of the last nights, also of those without any', () => {
  const [half, none] = [
    { ...night(2, 60), measuredShare: 0.5 },
    { ...night(1, 0), measuredShare: null },
  ];
  assert.equal(savings([half, none]).measuredShare, 0.25);
});

test('without nights there is no saving and no trend, rather than zero', () => {
  const { now, before } = savings([]);
  assert.deepEqual([now, before, trendOf(now, before)], [undefined, undefined, undefined]);
  assert.equal(savings([night(1, 70)]).before, undefined);
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
