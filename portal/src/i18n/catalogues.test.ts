import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FEATURES } from '../features.ts';
import { BASE } from './base.ts';
import { type Catalogue, LOCALES } from './locales.ts';

const SRC = fileURLToPath(new URL('..', import.meta.url));
/** `t('a.b')`, `te('a.b')` and `t(x ? 'a.b' : 'a.c')` in the sources. */
const CALL = /\bte?\(([^()]*?)[,)]/g;
const KEY = /'([a-z][\w-]*(?:\.[\w-]+)+)'/gi;

const catalogues: [name: string, catalogue: Catalogue][] = [
  ['', BASE],
  ...FEATURES.map(({ name, messages }): [string, Catalogue] => [name, messages]),
];

/** All texts of a catalogue, by key. */
async function textsOf(catalogue: Catalogue, locale: (typeof LOCALES)[number]): Promise<Map<string, string>> {
  const { messages } = await catalogue[locale]();
  const texts = new Map<string, string>();
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string') texts.set(path, value);
    else for (const [key, inner] of Object.entries(value as object)) walk(inner, path === '' ? key : `${path}.${key}`);
  };
  walk(Object.fromEntries(Object.entries(messages).filter(([key]) => key !== '$vuetify')), '');
  return texts;
}

const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort();
const choices = (text: string) => text.split(' | ').length;

describe('the catalogue of texts', () => {
  for (const [name, catalogue] of catalogues) {
    test(`${name || 'the base'}: each language has every text, with the same placeholders and plurals`, async () => {
      const english = await textsOf(catalogue, 'en');
      assert.ok(english.size > 0);
      for (const locale of LOCALES) {
        const texts = await textsOf(catalogue, locale);
        assert.deepEqual([...texts.keys()].sort(), [...english.keys()].sort(), locale);
        for (const [key, text] of texts) {
          const pattern = english.get(key) ?? '';
          assert.equal(text.trim() === '', pattern === '', `${locale}: ${key} is empty`);
          assert.deepEqual(placeholders(text), placeholders(pattern), `${locale}: ${key}`);
          assert.equal(choices(text), choices(pattern), `${locale}: ${key}`);
        }
      }
    });
  }

  test('every key that the pages use exists', async () => {
    const known = new Set<string>();
    for (const [name, catalogue] of catalogues) {
      for (const key of (await textsOf(catalogue, 'en')).keys()) known.add(name === '' ? key : `${name}.${key}`);
    }
    const missing: string[] = [];
    let asked = 0;
    for (const file of globSync('**/*.{vue,ts}', { cwd: SRC }).filter((file) => !file.endsWith('.test.ts'))) {
      for (const [, call = ''] of readFileSync(SRC + file, 'utf8').matchAll(CALL)) {
        for (const [, key = ''] of call.matchAll(KEY)) {
          asked += 1;
          if (!known.has(key)) missing.push(`${file}: ${key}`);
        }
      }
    }
    assert.ok(asked > 150, `only ${asked} keys were found in the sources`);
    assert.deepEqual(missing, []);
  });
});

describe('the features', () => {
  const pages = FEATURES.flatMap((feature) => feature.pages);

  test('each has a name, each page a unique name and path', () => {
    for (const values of [
      FEATURES.map(({ name }) => name),
      pages.map(({ name }) => name),
      pages.map(({ path }) => path),
    ]) {
      assert.deepEqual(values, [...new Set(values)]);
    }
  });

  test('each page and action has a title in every language', () => {
    for (const { title } of [...pages, ...FEATURES.flatMap(({ actions = [] }) => actions)]) {
      for (const locale of LOCALES) assert.notEqual(title[locale].trim(), '', JSON.stringify(title));
    }
  });
});
