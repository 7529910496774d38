import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { agoFormat, dateFormat, numberFormat } from './formats.ts';

const AT = new Date('2026-03-04T13:05:00Z');
const plain = (text: string) => text.replace(/\s/g, ' ');

describe('days and times', () => {
  const table: [language: string, day: string, time: string][] = [
    ['fr', 'mercredi 4 mars', '13:05'],
    ['en', 'Wednesday 4 March', '13:05'],
    ['de', 'Mittwoch, 4. März', '13:05'],
    ['lb', 'Mëttwoch, 4. Mäerz', '13:05'],
  ];
  for (const [language, day, time] of table) {
    test(language, () => {
      const days = dateFormat(language, { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' });
      const times = dateFormat(language, { hour: '2-digit', minute: '2-digit', timeZone: 'UTC' });
      assert.deepEqual([plain(days(AT)), times(AT)], [day, time]);
    });
  }
});

test('the first day of a month is “1er” in French only', () => {
  const of = (language: string, day: number) =>
    plain(dateFormat(language, { day: 'numeric', month: 'long', timeZone: 'UTC' })(Date.UTC(2026, 11, day)));
  assert.deepEqual([of('fr', 1), of('fr', 21), of('de', 1)], ['1er décembre', '21 décembre', '1. Dezember']);
});

test('numbers have the comma or point of the language', () => {
  const of = (language: string) => numberFormat(language, { maximumFractionDigits: 1 })(1.25);
  assert.deepEqual(['fr', 'en', 'de', 'lb'].map(of), ['1,3', '1.3', '1,3', '1,3']);
});

test('relative times are supported in Luxembourgish', () => {
  assert.equal(agoFormat('lb', 'long')(4, 'minute'), 'virun 4 Min.');
  assert.equal(agoFormat('lb', 'long')(1, 'day'), 'gëschter');
  assert.equal(plain(agoFormat('fr', 'long')(4, 'minute')), 'il y a 4 minutes');
});
