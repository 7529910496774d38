import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, posix } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import MiniSearch from 'minisearch';
import { wordOf } from '../browser/words.js';
import { buildSite, type DeadLink } from '../src/build-site.ts';
import type { SourcePage } from '../src/pages.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

describe('the documentation site', () => {
  let dist: string;
  let pages: readonly SourcePage[];
  let dead: readonly DeadLink[];
  let html: ReadonlyMap<string, string>;

  before(async () => {
    dist = await mkdtemp(join(tmpdir(), 'alzette-docs-'));
    ({ pages, dead } = await buildSite(ROOT, dist));
    html = new Map(pages.map(({ url }) => [url, readFileSync(join(dist, url), 'utf8')]));
  });

  after(() => rm(dist, { recursive: true }));

  test('every link of a page has a target', () => {
    assert.deepEqual(dead, []);
  });

  test('everything that pages load or link to is in the site', () => {
    const faults: string[] = [];
    for (const [url, text] of html) {
      for (const [, href = ''] of text.matchAll(/ (?:href|src|data-index)="([^"#]+)[^"]*"/g)) {
        if (/^(?:[a-z]+:|\/)/.test(href)) continue;
        if (!existsSync(join(dist, dirname(url), decodeURI(href)))) faults.push(`${url}: ${href}`);
      }
    }
    assert.deepEqual(faults, []);
  });

  test('nothing is loaded from other sites, and no page contains an inline script', () => {
    for (const [url, text] of html) {
      assert.doesNotMatch(text, /<(?:script|img|link)[^>]* (?:src|href)="(?:https?:)?\/\//, url);
      assert.doesNotMatch(text, /<script(?![^>]* src=)/, url);
    }
    for (const file of globSync('assets/*.{css,js}', { cwd: dist }))
      assert.doesNotMatch(readFileSync(join(dist, file), 'utf8'), /url\("?https?:|from\s*"?'?https?:/, file);
  });

  test('every page has a language, one first-level heading and its own title', () => {
    const titles = new Set<string>();
    for (const { url, language } of pages) {
      const text = html.get(url) ?? '';
      assert.match(text, new RegExp(`^<!doctype html>\\n<html lang="${language}">`), url);
      assert.equal(text.match(/<h1[ >]/g)?.length, 1, url);
      const [, title = ''] = /<title>(.+)<\/title>/.exec(text) ?? [];
      assert.ok(!titles.has(title), `${url}: another page has the title ${title}`);
      titles.add(title);
    }
  });

  test('every translated page links to the same page in other languages, and they link to it', () => {
    const translated = pages.filter(({ language }) => language !== 'en');
    assert.deepEqual([...new Set(translated.map(({ language }) => language))].sort(), ['de', 'fr', 'lb']);
    for (const page of translated) {
      const others = pages.filter(({ source }) => Object.values(page.translations).includes(source));
      assert.ok(others.some(({ language }) => language === 'en'));
      for (const other of others.filter(({ source }) => source !== page.source)) {
        assert.ok(html.get(page.url)?.includes(`href="${posix.relative(dirname(page.url), other.url)}"`), page.source);
        assert.ok(
          html.get(other.url)?.includes(`href="${posix.relative(dirname(other.url), page.url)}"`),
          other.source,
        );
      }
    }
  });

  test('a heading of a translation also has the id of the English one', () => {
    assert.match(html.get('fr/portal.html') ?? '', /<h3 id="ordres-de-travail" data-anchor="work-orders">/);
  });

  test('readers of a language get other pages in a language that they are likely to read', () => {
    const linked = (url: string, href: string) =>
      assert.ok(html.get(url)?.includes(`href="${href}"`), `${url}: ${href}`);
    linked('fr/portal.html', 'alarms.html');
    linked('fr/portal.html', '../iot-agents.html');
    linked('de/portal.html', '../alarms.html');
    linked('lb/portal.html', '../fr/alarms.html');
  });

  for (const [language, asked, url] of [
    ['en', 'backup key', 'backup.html'],
    ['en', 'Streetlight', 'lighting.html'],
    ['fr', 'habitants', 'fr/'],
    ['fr', 'accessibilite', 'fr/'],
  ] as const) {
    test(`searched in ${language}: ${asked}`, () => {
      const [file = ''] = globSync(`assets/search-${language}-*.json`, { cwd: dist });
      const index = MiniSearch.loadJSON(readFileSync(join(dist, file), 'utf8'), {
        fields: ['title', 'heading', 'words'],
        processTerm: wordOf,
      });
      const hits = index.search(asked, { combineWith: 'AND', prefix: true }).map(({ id }) => String(id));
      assert.ok(
        hits.some((hit) => hit.startsWith(url)),
        hits.join(),
      );
    });
  }
});
