import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { distanceM, distanceWords, walkingMinutes } from './distance.ts';

const VILLERUPT = [5.9303, 49.4697] as const;
const AUDUN = [5.8947, 49.4722] as const;

describe('distanceM', () => {
  test('is zero from a position to itself', () => assert.equal(distanceM(VILLERUPT, VILLERUPT), 0));

  test('is the same both ways', () => assert.equal(distanceM(VILLERUPT, AUDUN), distanceM(AUDUN, VILLERUPT)));

  test('agrees with the length of a degree', () => {
    assert.ok(Math.abs(distanceM([6, 49], [6, 50]) - 111_195) < 5);
    assert.ok(Math.abs(distanceM([6, 0], [7, 0]) - 111_195) < 5);
  });

  test('measures Villerupt to Audun-le-Tiche', () => {
    const metres = distanceM(VILLERUPT, AUDUN);
    assert.ok(metres > 2550 && metres < 2650, `${metres} m`);
  });
});

describe('distanceWords', () => {
  const table: [metres: number, language: string, words: string][] = [
    [0, 'en', '0 m'],
    [42, 'en', '40 m'],
    [43, 'en', '45 m'],
    [347, 'en', '350 m'],
    [994, 'en', '990 m'],
    [996, 'en', '1 km'],
    [1260, 'en', '1.3 km'],
    [1260, 'fr', '1,3 km'],
    [12_400, 'fr', '12 km'],
  ];
  for (const [metres, language, words] of table) {
    test(`${metres} m in ${language} is ${words}`, () => {
      assert.equal(distanceWords(metres, language).replace(/\s/g, ' '), words);
    });
  }
});

describe('walkingMinutes', () => {
  const table: [metres: number, minutes: number][] = [
    [0, 1],
    [60, 1],
    [300, 5],
    [1000, 17],
  ];
  for (const [metres, minutes] of table) {
    test(`${metres} m take ${minutes} min`, () => assert.equal(walkingMinutes(metres), minutes));
  }
});
