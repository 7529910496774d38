import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Indicator } from '../src/contract/indicator.ts';
import { crossed, differenceOf, neededCorrelation, type Sided } from '../src/crossing/cross.ts';
import { readLibrary } from '../src/library/library.ts';

const DAMAGES = readLibrary().indicators.get('damages') as Indicator;

function sideOf(values: Readonly<Record<string, readonly (readonly [period: string, count: number])[]>>): Sided {
  const points = Object.entries(values).map(([slug, own]) => [
    slug,
    own.map(([period, numerator]) => ({
      period,
      numerator,
      denominator: 1000,
      value: numerator,
      status: 'observed' as const,
    })),
  ]);
  return { id: 'damages', indicator: DAMAGES, values: new Map(points as [string, never][]) };
}

function near(got: number | undefined, expected: number, within: number): void {
  assert.ok(got !== undefined && Math.abs(got - expected) <= within, `got ${got}, expected ${expected}`);
}

test('a difference in differences has the interval and the power of the worked example', () => {
  // 120 to 110 acts where it changed, 300 to 290 elsewhere: RR 0.948 (0.699 to 1.286).
  const side = sideOf({
    a: [
      ['2023', 120],
      ['2024', 110],
    ],
    b: [
      ['2023', 300],
      ['2024', 290],
    ],
  });
  const found = differenceOf(side, { changed: ['a'], from: '2024' });
  assert.ok(typeof found !== 'string');
  near(found.ratio, 0.948, 0.001);
  near(found.low, 0.699, 0.001);
  near(found.high, 1.286, 0.001);
  near(found.smallest?.rise, 0.55, 0.005);
  near(found.smallest?.fall, 0.35, 0.005);
  assert.equal(found.isSmall, false);
  assert.match(String(differenceOf(side, { changed: ['a'], from: '2025' })), /expected some before 2025/);
  const unknown = sideOf({
    a: [
      ['2023', 120],
      ['2024', 110],
    ],
    b: [['2023', 300]],
  });
  assert.match(String(differenceOf(unknown, { changed: ['a'], from: '2024' })), /unknown or withheld values/);
});

test('eight communes show a correlation only above 0.707, and fewer than five show none', () => {
  near(neededCorrelation(8), 0.7067, 0.001);
  near(neededCorrelation(30), 0.361, 0.001);
  assert.equal(neededCorrelation(4), undefined);
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const communes = [...names, 'g'].map((slug) => ({ slug, name: slug.toUpperCase() }));
  const of = (counts: readonly number[]) =>
    sideOf(Object.fromEntries(names.map((name, at) => [name, [['2024', counts[at] ?? 0]] as const])));
  const line = crossed(of([30, 40, 50, 60, 70, 80]), of([31, 41, 51, 61, 71, 85]), communes);
  near(line.correlation, 0.998, 0.002);
  assert.deepEqual([line.isClear, line.missing], [true, ['G']]);
  const cloud = crossed(of([30, 40, 50, 60, 70, 80]), of([50, 30, 60, 31, 55, 40]), communes);
  assert.equal(cloud.isClear, false);
  assert.ok(crossed(of([5, 40, 50, 60, 70, 80]), of([31, 41, 51, 61, 71, 81]), communes).points[0]?.isSmall);
});
