import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type WaterParameter, type WaterUse, waterLevel } from './water-levels.ts';

const CASES: readonly [WaterUse, WaterParameter, number, number | undefined][] = [
  ['bathing', 'escherichiaColi', 100, 1],
  ['bathing', 'escherichiaColi', 101, 2],
  ['bathing', 'escherichiaColi', 1800, 2],
  ['bathing', 'escherichiaColi', 1801, 3],
  ['bathing', 'enterococci', 661, 3],
  ['bathing', 'NO3', 80, undefined],
  ['drinking', 'escherichiaColi', 0, 1],
  ['drinking', 'escherichiaColi', 1, 3],
  ['drinking', 'NO3', 50, 1],
  ['drinking', 'NO3', 50.1, 3],
  ['drinking', 'turbidity', 2.1, 2],
  ['drinking', 'pH', 6.4, 2],
  ['drinking', 'pH', 9, 1],
  ['drinking', 'temperature', 14, undefined],
];

for (const [use, parameter, value, level] of CASES)
  test(`${use}: ${parameter} of ${value} is level ${level}`, () =>
    assert.equal(waterLevel(use, parameter, value), level));
