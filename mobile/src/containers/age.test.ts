import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Age, ageOf, ageWords, isSilent } from './age.ts';

const NOW = Date.parse('2026-11-24T17:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

describe('ageOf', () => {
  const table: [elapsedMs: number, age: Age][] = [
    [-5 * MINUTE, { unit: 'now' }],
    [0, { unit: 'now' }],
    [59 * SECOND, { unit: 'now' }],
    [60 * SECOND, { unit: 'minute', count: 1 }],
    [59 * MINUTE + 59 * SECOND, { unit: 'minute', count: 59 }],
    [HOUR, { unit: 'hour', count: 1 }],
    [23.9 * HOUR, { unit: 'hour', count: 23 }],
    [24 * HOUR, { unit: 'day', count: 1 }],
    [80 * HOUR, { unit: 'day', count: 3 }],
  ];
  for (const [elapsed, age] of table) {
    test(`${elapsed} ms: ${JSON.stringify(age)}`, () => assert.deepEqual(ageOf(NOW - elapsed, NOW), age));
  }
});

describe('ageWords', () => {
  const table: [age: Age, language: string, words: string | undefined][] = [
    [{ unit: 'now' }, 'fr', undefined],
    [{ unit: 'minute', count: 1 }, 'en', '1 minute ago'],
    [{ unit: 'minute', count: 4 }, 'fr', 'il y a 4 minutes'],
    [{ unit: 'hour', count: 2 }, 'fr', 'il y a 2 heures'],
    [{ unit: 'day', count: 3 }, 'en', '3 days ago'],
  ];
  for (const [age, language, words] of table) {
    test(`${JSON.stringify(age)} in ${language}`, () => {
      assert.equal(ageWords(age, language)?.replace(/\s/g, ' '), words);
    });
  }
});

describe('isSilent', () => {
  test('a day without a report is silence', () => {
    assert.equal(isSilent(NOW - 23 * HOUR, NOW), false);
    assert.equal(isSilent(NOW - 25 * HOUR, NOW), true);
  });
  test('no measurement at all is silence', () => assert.equal(isSilent(undefined, NOW), true));
});
