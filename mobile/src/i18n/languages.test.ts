import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { de } from './de.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';
import { chooseLanguage } from './languages.ts';
import { lb } from './lb.ts';

describe('chooseLanguage', () => {
  const table: [kept: string | null, preferred: string[], language: string][] = [
    [null, ['fr-FR'], 'fr'],
    [null, ['en-GB', 'fr'], 'en'],
    [null, ['lb-LU', 'de', 'en'], 'lb'],
    [null, ['de-AT'], 'de'],
    [null, ['pt'], 'fr'],
    [null, [], 'fr'],
    ['en', ['fr-FR'], 'en'],
    ['xx', ['en'], 'en'],
  ];
  for (const [kept, preferred, language] of table) {
    test(`stored ${kept}, browser ${preferred.join(' ')}: ${language}`, () => {
      assert.equal(chooseLanguage(kept, preferred), language);
    });
  }
});

test('every language has the same placeholders and plural forms', () => {
  const french = blanks(fr);
  for (const [language, words] of Object.entries({ en, de, lb })) {
    const other = blanks(words);
    assert.deepEqual([...other.keys()], [...french.keys()], language);
    for (const [key, blank] of french) assert.equal(other.get(key), blank, `${language}: ${key}`);
  }
});

/** The `{names}` of each message, sorted and without duplicates, and its number of plural forms. */
function blanks(messages: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, message] of Object.entries(messages) as [string, string | object][]) {
    if (typeof message !== 'string') {
      for (const [below, blank] of blanks(message, `${path}${key}.`)) found.set(below, blank);
      continue;
    }
    const names = new Set(message.match(/\{\w+\}/g) ?? []);
    found.set(path + key, `${[...names].sort().join()} ${message.split('|').length}`);
  }
  return found;
}
