import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { FEATURES } from '../features.ts';
import { BASE } from '../i18n/base.ts';
import { LOCALES, type Locale } from '../i18n/locales.ts';
import terms from '../i18n/messages/terms/en.json' with { type: 'json' };
import { PLACES } from '../navigation.ts';
import { TOURS, type TourStep } from './tour/tours.ts';

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

  test('each tour leads to pages that there are, and to its end in every language', () => {
    for (const name of TOURS) {
      const file = new URL(`./tour/tours/${name}.json`, import.meta.url);
      const { steps } = JSON.parse(readFileSync(file, 'utf8')) as { steps: readonly TourStep[] };
      assert.ok(steps.length >= 3, name);
      for (const { page, text } of steps) {
        if (page !== undefined)
          assert.ok(
            pages.some((each) => each.name === page),
            `${name}: ${page}`,
          );
        for (const locale of LOCALES) assert.ok(text[locale].length > 10, `${name}: ${locale}`);
      }
    }
  });

  test('each word that is explained is explained on a page', () => {
    const used = new Set<string>(pages.flatMap((page) => page.terms ?? []));
    assert.deepEqual([...used].sort(), Object.keys(terms).sort());
  });

  const sources = globSync('../**/*.vue', { cwd: import.meta.dirname }).map((file) => {
    const text = readFileSync(new URL(file, import.meta.url), 'utf8');
    return { file, template: text.slice(text.indexOf('<template>')) };
  });

  test('each form with several fields has its help', () => {
    const forms = sources.filter(
      ({ file, template }) => template.includes('<form') && (template.match(FIELD) ?? []).length > 1 && !isBar(file),
    );
    assert.ok(forms.length > 25, `only ${forms.length} forms were found`);
    const without = forms.filter(({ template }) => !template.includes('<HelpButton about="form"'));
    assert.deepEqual(
      without.map(({ file }) => file),
      [],
    );
  });

  test('the help that a form or a message names is in the documentation, in English and French', () => {
    const named = sources.flatMap(({ template }) =>
      [...template.matchAll(/<HelpButton [^>]*part="([^"]+)"/g)].map(([, part = '']) => part),
    );
    assert.ok(named.length > 15, `only ${named.length} parts are named`);
    for (const part of new Set(named)) {
      const [page = '', anchor] = part.split('#');
      const english = partsOf(page, 'en');
      const at = english.findIndex(({ id }) => id === anchor);
      assert.notEqual(at, -1, `docs/${page}.md has no heading ${anchor}`);
      const french = partsOf(page, 'fr');
      assert.equal(french.length, english.length, `docs/fr/${page}.md has other headings`);
      for (const { heading, text } of [english[at], french[at]].filter((each) => each !== undefined))
        assert.ok(text.length >= LEAST, `${heading}: ${text}`);
    }
  });
});

const FIELD =
  /<(?:v-(?:text-field|select|textarea|switch|checkbox|autocomplete|combobox|slider)|input|select|textarea|[A-Z]\w*(?:Field|Picker|Editor))\b/g;
/** Of the top bar: its help is about the page. */
const isBar = (file: string) => file.startsWith('../shell/');
