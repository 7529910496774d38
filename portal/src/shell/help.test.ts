import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { FEATURES } from '../features.ts';
import { LOCALES, type Locale } from '../i18n/locales.ts';

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

const slugOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
const withOneApostrophe = (text: string) => text.replaceAll('’', "'");

describe('the help', () => {
  const pages = FEATURES.flatMap((feature) => feature.pages);

  for (const { name, help, title, rail } of pages) {
    test(`${name}: its help is in the documentation in every language, under its name in the menu`, () => {
      const [page = '', anchor] = help.split('#');
      const at = partsOf(page, 'en').findIndex(({ id }) => id === anchor);
      assert.notEqual(at, -1, `docs/${page}.md has no heading ${anchor}`);
      for (const locale of LOCALES) {
        const { heading, text } = partsOf(page, locale)[at] ?? { heading: '', text: '' };
        assert.ok(text.length >= LEAST, `${locale}: ${heading}: ${text}`);
        if (rail) assert.equal(withOneApostrophe(heading), withOneApostrophe(title[locale]), locale);
      }
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
