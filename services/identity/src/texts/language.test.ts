import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LANGUAGES } from './language.ts';

/** All texts with their paths. */
function textsOf(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as object).flatMap(([key, inner]) => textsOf(inner, `${path}.${key}`)); // objects of texts
}
const placeholders = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort();

const french = new Map(textsOf(LANGUAGES.fr.words));

for (const [code, { words }] of Object.entries(LANGUAGES)) {
  test(`${code} has every text, with the same values in it`, () => {
    const texts = new Map(textsOf(words));
    assert.deepEqual([...texts.keys()].sort(), [...french.keys()].sort());
    for (const [path, text] of texts) assert.deepEqual(placeholders(text), placeholders(french.get(path) ?? ''), path);
  });
}
