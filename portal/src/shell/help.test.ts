import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { FEATURES } from '../features.ts';
import { BASE } from '../i18n/base.ts';
import { LOCALES, type Locale } from '../i18n/locales.ts';
import { PLACES } from '../navigation.ts';

/** Shorter texts explain nothing. */
const LEAST = 60;

interface Part {
  readonly id: string;
  readonly heading: string;
  readonly text: string;
}

/** The parts of a page of the documentation, in a language, in their order. */
function partsOf(page: string, locale: Locale): Part[] {
  const folder = locale === 'en' ? '' : `${locale}/`;
  const source = readFileSync(new URL(`../../../docs/${folder}${page}.md`, import.meta.url), 'utf8');
  const [, ...parts] = source.split(/^#{1,6} /m);
  return parts.map((part) => {
    const [heading = '', ...lines] = part.split('\n');
    return { id: slugOf(heading), heading, text: lines.join('\n').trim() };
  });
}

/** Names of buttons and pages in the documentation. */
const QUOTED: { readonly [locale in Locale]: RegExp } = {
  en: /"([^"]+?)"/g,
  fr: /« ([^»]+) »/g,
  de: /„([^“]+)“/g,
  lb: /„([^“]+)“/g,
};

const slugOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
const withOneApostrophe = (text: string) => text.replaceAll('’', "'");

describe('the help', () => {
  const pages = FEATURES.flatMap((feature) => feature.pages);

  const tabs = PLACES.flatMap(({ parts }) => parts.flatMap((part) => part.pages));

  for (const { name, help, title } of pages) {
    test(`${name}: its help is in the documentation in every language, under the name of its tab`, () => {
      const [page = '', anchor] = help.split('#');
      const at = partsOf(page, 'en').findIndex(({ id }) => id === anchor);
      assert.notEqual(at, -1, `docs/${page}.md has no heading ${anchor}`);
      for (const locale of LOCALES) {
        const { heading, text } = partsOf(page, locale)[at] ?? { heading: '', text: '' };
        assert.ok(text.length >= LEAST, `${locale}: ${heading}: ${text}`);
        if (tabs.includes(name)) assert.equal(withOneApostrophe(heading), withOneApostrophe(title[locale]), locale);
      }
    });
  }

  for (const locale of LOCALES) {
    test(`${locale}: it names buttons and pages as the portal does`, async () => {
      const texts = new Set<string>();
      const collect = (value: unknown): void => {
        if (typeof value === 'string') for (const text of value.split(' | ')) texts.add(withOneApostrophe(text));
        else for (const inner of Object.values(value ?? {})) collect(inner);
      };
      for (const catalogue of [BASE, ...FEATURES.map(({ messages }) => messages)])
        collect((await catalogue[locale]()).messages);
      for (const { title, tab } of pages) collect([title, tab]);
      for (const place of PLACES) collect([place.title, ...place.parts.map((part) => part.title)]);
      const named = partsOf('portal', locale).flatMap(({ text }) => [...text.matchAll(QUOTED[locale])]);
      assert.ok(named.length > 10);
      const unknown = named.map(([, label = '']) => withOneApostrophe(label.replace(/\s+/g, ' ')));
      assert.deepEqual(
        unknown.filter((label) => !texts.has(label)),
        [],
      );
    });
  }

  test('no two pages have the same help, and each part about a page belongs to one', () => {
    const shown = pages.map(({ help }) => help).sort();
    assert.equal(new Set(shown).size, shown.length);
    const source = readFileSync(new URL('../../../docs/portal.md', import.meta.url), 'utf8');
    const parts = [...source.matchAll(/^### (.+)$/gm)].map(([, heading = '']) => `portal#${slugOf(heading)}`);
    assert.deepEqual(shown, parts.sort());
  });
});
