import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import MarkdownIt from 'markdown-it';
import { readPageList, withPageTable } from '../src/page-list.ts';
import { LANGUAGES, type Language, readPages, translationOf } from '../src/pages.ts';

/*
 * Pages for operators, agents, administrators and citizens are in French, those for citizens also in German. A page
 * says the same in each of its languages: the same commands, pictures, figures, names of routes and settings, headings,
 * paragraphs and links.
 */
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SECTIONS = readPageList(ROOT);
const LIST = SECTIONS.flatMap(({ pages }) => pages);
const text = (source: string) => readFileSync(join(ROOT, source), 'utf8');

describe('the list of pages', () => {
  test('names each page once, and only pages that exist', () => {
    const sources = LIST.map(({ source }) => source);
    assert.equal(new Set(sources).size, sources.length);
    assert.deepEqual(
      sources.filter((source) => !existsSync(join(ROOT, source))),
      [],
    );
  });

  test('has every English page of docs/ except single decisions', () => {
    const listed = new Set(LIST.map(({ source }) => source));
    const missing = readPages(ROOT).filter(
      ({ source, language }) =>
        language === 'en' && source.startsWith('docs/') && !/^docs\/decisions\/\d/.test(source) && !listed.has(source),
    );
    assert.deepEqual(
      missing.map(({ source }) => source),
      [],
    );
  });

  test('is the table of the README', () => {
    assert.equal(text('README.md'), withPageTable(text('README.md'), SECTIONS), 'run: npm run pages');
  });

  for (const { source, for: reader } of LIST) {
    if (reader === 'integrators') continue;
    test(`${source}, for ${reader}, is in French${reader === 'citizens' ? ' and German' : ''}`, () => {
      for (const language of reader === 'citizens' ? (['fr', 'de'] as const) : (['fr'] as const))
        assert.ok(existsSync(join(ROOT, translationOf(source, language))), translationOf(source, language));
    });
  }
});

describe('a page says the same in each of its languages', () => {
  for (const { source, language, translations } of readPages(ROOT)) {
    if (language === 'en') continue;
    test(source, () => {
      const original = translations.en;
      assert.ok(original, `${source} has no English page`);
      const [theirs, ours] = [contentOf(source, language), contentOf(original, 'en')];
      for (const part of ['blocks', 'commands', 'pictures', 'names', 'links', 'figures'] as const)
        assert.deepEqual(theirs[part], ours[part], `${part} of ${source}`);
    });
  }
});

/** What a translation says beside links to pages that are in English only. */
const SAYS_ENGLISH: { readonly [language in Language]: RegExp } = {
  en: /(?:)/,
  fr: /\ben anglais\b/,
  de: /\bauf Englisch\b/,
  lb: /\bop Englesch\b/,
};

describe('a translation says where a page is in English', () => {
  for (const { source, language } of readPages(ROOT)) {
    if (language === 'en') continue;
    test(source, () => {
      const blocks = new MarkdownIt().parse(text(source), {}).filter(({ type }) => type === 'inline');
      const silent = blocks.filter(({ children, content }) => {
        const links = (children ?? []).map((token) => String(token.attrGet('href') ?? ''));
        const isEnglish = (href: string) =>
          /^[^:]+\.md(?:#|$)/.test(href) && !/^docs\/(?:fr|de|lb)\//.test(targetOf(href, source));
        return links.some(isEnglish) && !SAYS_ENGLISH[language].test(content.replace(/\s+/g, ' '));
      });
      assert.deepEqual(
        silent.map(({ content }) => content),
        [],
      );
    });
  }
});

/** What has to be the same in all languages. */
function contentOf(source: string, language: Language) {
  const tokens = new MarkdownIt().parse(text(source), {});
  const inline = tokens.flatMap(({ children }) => children ?? []);
  const contents = (kind: string) => inline.filter(({ type }) => type === kind).map(({ content }) => content);
  const target = (href: string) => targetOf(href, source);
  return {
    // Headings, paragraphs, items of lists, rows and cells, in their order.
    blocks: tokens.filter(({ type }) => type.endsWith('_open')).map(({ tag }) => tag),
    commands: tokens
      .filter(({ type }) => type === 'fence' || type === 'code_block')
      .map(({ info, content }) => `${info}\n${content}`),
    pictures: inline.filter(({ type }) => type === 'image').map((token) => target(String(token.attrGet('src')))),
    // Of routes, settings, attributes, files. A translation may repeat one that English replaces by a pronoun.
    names: [...new Set(contents('code_inline').map((name) => name.replace(/\s+/g, ' ')))].sort(),
    links: inline
      .filter(({ type }) => type === 'link_open')
      .map((token) => originalOf(target(String(token.attrGet('href')))))
      .sort(),
    // Code is the same in all languages, with a decimal point.
    figures: [...numbersIn(contents('text'), language), ...numbersIn(contents('code_inline'))].sort(),
  };
}

/** The path or URL that a link on a page leads to. */
function targetOf(href: string, source: string): string {
  const [path = ''] = href.split('#');
  if (path === '') return source;
  return /^[a-z]+:/.test(path) ? path : posix.join(posix.dirname(source), path);
}

/** The English page that a link leads to. */
function originalOf(target: string): string {
  return LANGUAGES.reduce((path, language) => path.replace(`docs/${language}/`, 'docs/'), target);
}

/** The signs between groups of three digits, and before decimals. */
const SIGNS: { readonly [language in Language]: readonly [group: string, decimal: string] } = {
  en: [',', '\\.'],
  fr: ['[ \u00a0\u202f]', ','],
  de: ['\\.', ','],
  lb: ['\\.', ','],
};

/** All numbers of texts, written in the same way: `1,200.5` and `1 200,5` are 1200.5. Parts of names are left out. */
function numbersIn(texts: readonly string[], language?: Language): string[] {
  const plain = texts.map((words) => (language ? withPoints(words, ...SIGNS[language]) : words)).join('\n');
  return plain.match(/(?<![\p{L}\d.])\d+(?:\.\d+)*/gu) ?? [];
}

function withPoints(words: string, group: string, decimal: string): string {
  return words
    .replace(new RegExp(`(?<=(?<![\\d.,])\\d{1,3}(?:${group}\\d{3})*)${group}(?=\\d{3}(?!\\d))`, 'g'), '')
    .replace(new RegExp(`(?<=\\d)${decimal}(?=\\d)`, 'g'), '.');
}
