import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shownIndex, shownScales } from './air-texts.ts';

/** Of the French order, the European agency, and, except the second, German authorities. */
const OFFICIAL = {
  fr: ['Bon', 'Moyen', 'Dégradé', 'Mauvais', 'Très mauvais', 'Extrêmement mauvais'],
  en: ['Good', 'Fair', 'Moderate', 'Poor', 'Very poor', 'Extremely poor'],
  de: ['Gut', 'Befriedigend', 'Mäßig', 'Schlecht', 'Sehr schlecht', 'Extrem schlecht'],
} as const;

describe('words of the levels of air', () => {
  for (const [language, words] of Object.entries(OFFICIAL)) {
    test(`both indices have the official words in ${language}`, () => {
      for (const { levels } of shownScales(language as keyof typeof OFFICIAL)) {
        assert.deepEqual(
          levels.map(({ label }) => label),
          words,
        );
      }
    });
  }

  test('a level has one word in each language, whatever the index', () => {
    for (const language of ['fr', 'en', 'de', 'lb'] as const)
      for (const level of [1, 2, 3, 4, 5, 6] as const) {
        const labels = (['ATMO', 'EAQI'] as const).map(
          (scheme) => shownIndex({ scheme, level, pollutant: 'o3', levels: { o3: level } }, language).label,
        );
        assert.equal(new Set(labels).size, 1, `${language} ${level}: ${labels.join(', ')}`);
      }
  });
});
