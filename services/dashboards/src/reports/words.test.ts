import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LANGUAGES } from '@alzette/kit/languages';
import { reportWords } from './words.ts';

test('each language has its own texts, numbers and dates', () => {
  const written = LANGUAGES.map((language) => {
    const words = reportWords(language, 'Europe/Paris');
    return [words.letter('Nuit', 'https://a.example/'), words.number(1234.5), words.day('2026-03-01T12:00:00Z')];
  });
  assert.equal(new Set(written.map(([letter]) => letter)).size, LANGUAGES.length);
  assert.ok(written.every(([letter = '']) => letter.includes('Nuit') && letter.includes('https://a.example/')));
  assert.deepEqual(
    written.map(([, number]) => number),
    ['1\u00a0234,5', '1,234.5', '1.234,5', '1.234,5'],
  );
  assert.deepEqual(
    written.map(([, , day]) => day),
    ['1 mars 2026', '1 Mar 2026', '1. März 2026', '1. März 2026'],
  );
});
