import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hoursLines } from './opening-hours.ts';

describe('hoursLines', () => {
  const table: [texts: string[], language: string, lines: ReturnType<typeof hoursLines>][] = [
    [
      ['Tu-Fr 09:00-12:00,13:30-18:00'],
      'fr',
      [{ days: 'mardi – vendredi', hours: '09:00\u00a0–\u00a012:00, 13:30\u00a0–\u00a018:00' }],
    ],
    [['Sa 09:00-18:00; PH off'], 'en', [{ days: 'Saturday', hours: '09:00\u00a0–\u00a018:00' }, 'holidaysOff']],
    [['Mo,We 10:00-12:00'], 'de', [{ days: 'Montag, Mittwoch', hours: '10:00\u00a0–\u00a012:00' }]],
    [['24/7'], 'fr', [{ days: '', hours: '24/7' }]],
    [['2020 Dec 24-2021 Jan 01 off'], 'fr', []],
    [['2098 Dec 24-2099 Jan 01 off'], 'fr', [{ days: '24 décembre – 1er janvier', hours: '', isClosed: true }]],
    [[], 'fr', []],
  ];
  for (const [texts, language, lines] of table) {
    test(`${texts.join() || 'nothing'} in ${language}`, () => assert.deepEqual(hoursLines(texts, language), lines));
  }
});
