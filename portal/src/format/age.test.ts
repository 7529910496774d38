import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatAge } from './age.ts';

const CASES: [ageMs: number, english: string, french: string][] = [
  [-5_000, 'now', 'maintenant'],
  [0, 'now', 'maintenant'],
  [59_999, 'now', 'maintenant'],
  [60_000, '1 min. ago', 'il y a 1 min'],
  [150_000, '2 min. ago', 'il y a 2 min'],
  [3_600_000, '1 hr. ago', 'il y a 1 h'],
  [86_400_000, 'yesterday', 'hier'],
  [3 * 86_400_000, '3 days ago', 'il y a 3 j'],
];

describe('formatAge', () => {
  for (const [ageMs, english, french] of CASES) {
    test(`${ageMs} ms`, () => {
      assert.equal(formatAge(ageMs, 'en'), english);
      assert.equal(formatAge(ageMs, 'fr').replace(/[\u00a0\u202f]/g, ' '), french);
    });
  }
});
