import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chartLocale } from './chart-locale.ts';

test('the time axis has the names of months and days in the reader’s language', () => {
  const { month, monthAbbr, dayOfWeek, dayOfWeekAbbr } = chartLocale('fr').time;
  assert.deepEqual([month[0], month[7], month[11], new Set(month).size], ['janvier', 'août', 'décembre', 12]);
  assert.deepEqual(
    [monthAbbr[1], dayOfWeek[0], dayOfWeek[6], dayOfWeekAbbr[3]],
    ['févr.', 'dimanche', 'samedi', 'mer.'],
  );
  assert.equal(chartLocale('de').time.month[2], 'März');
});
