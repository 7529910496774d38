import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { type Assets, type Frame, pageHtml } from './layout.ts';
import { type Rendered, renderMarkdown } from './markdown.ts';
import { navigationFor } from './navigation.ts';
import { readPageList } from './page-list.ts';
import { LANGUAGES, type Language, readPages, type SourcePage, sourceFor } from './pages.ts';
import { searchIndex } from './search-index.ts';
import { TEXTS } from './texts.ts';

export interface DeadLink {
  readonly source: string;
  readonly href: string;
}

const HOME = 'docs/index.md';
const DESCRIPTION_LENGTH = 160;

/**
 * Builds the site from the Markdown files of the repository, into an emptied folder.
 *
 * @returns the pages, and the dead links
 */
export async function buildSite(root: string, dist: string): Promise<{ pages: SourcePage[]; dead: DeadLink[] }> {
  const pages = readPages(root);
  const links = new Links(root, pages);
  const rendered = renderAll(pages, links);
  // Retries: another build may be writing to the folder at the same time.
  await rm(dist, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  await mkdir(join(dist, 'assets'), { recursive: true });
  const frame = await frameOf(root, dist, pages, rendered);
  for (const page of pages) {
    const body = rendered.get(page.source) as Rendered;
    const [description = ''] = body.headings.map(({ words }) => words.replace(/\s+/g, ' ').trim()).filter(Boolean);
    const content = { ...page, body, others: othersOf(page, pages), description: shortened(description) };
    await write(dist, page.url, pageHtml(content, frame));
  }
  await write(dist, '404.html', missingHtml(frame));
  for (const file of links.files) {
    await mkdir(join(dist, 'files', dirname(file)), { recursive: true });
    await cp(join(root, file), join(dist, 'files', file));
  }
  const anchors = new Map([...rendered].map(([source, { headings }]) => [source, headings.map(({ id }) => id)]));
  return { pages, dead: [...links.dead, ...links.deadAnchors(anchors)] };
}

/** Renders English pages first: their headings also name those of their translations. */
function renderAll(pages: readonly SourcePage[], links: Links): ReadonlyMap<string, Rendered> {
  const rendered = new Map<string, Rendered>();
  for (const page of pages.toSorted((a, b) => Number(a.language !== 'en') - Number(b.language !== 'en'))) {
    const original = page.language === 'en' ? undefined : rendered.get(page.translations.en ?? '');
    const leadsTo = (href: string) => links.resolve(page.source, href);
    const anchors = original?.headings.map(({ id }) => id);
    rendered.set(page.source, renderMarkdown(page.text, page.language, leadsTo, anchors));
  }
  return rendered;
}

/** URLs of a page in other languages. Where it is missing in English or French, that language's home. */
function othersOf(page: SourcePage, pages: readonly SourcePage[]): { language: Language; url: string }[] {
  return LANGUAGES.filter((language) => language !== page.language).flatMap((language) => {
    const source = page.translations[language];
    if (source === undefined && language !== 'en' && language !== 'fr') return [];
    const url = source === undefined ? homeOf(language, pages) : urlOf(source, pages);
    return [{ language, url }];
  });
}

function homeOf(language: Language, pages: readonly SourcePage[]): string {
  const home = pages.find(({ source }) => source === HOME);
  return urlOf((home && sourceFor(language, home)) ?? HOME, pages);
}

function urlOf(source: string, pages: readonly SourcePage[]): string {
  return pages.find((page) => page.source === source)?.url ?? 'index.html';
}

/** Resolves the links of pages. Linked files that are not pages are copied to `files/`. */
class Links {
  readonly files = new Set<string>();
  readonly dead: DeadLink[] = [];
  readonly #root: string;
  readonly #urls: ReadonlyMap<string, string>;
  readonly #anchors: (DeadLink & { readonly target: string; readonly anchor: string })[] = [];

  constructor(root: string, pages: readonly SourcePage[]) {
    this.#root = root;
    this.#urls = new Map(pages.map(({ source, url }) => [source, url]));
  }

  urlOf(source: string): string {
    return this.#urls.get(source) ?? 'index.html';
  }

  resolve(source: string, href: string): string {
    // Links to other sites and to the running product stay unchanged.
    if (/^[a-z][a-z+.-]*:|^\//i.test(href)) return href;
    const [path = '', anchor] = href.split('#');
    const target = path === '' ? source : posix.join(posix.dirname(source), decodeURI(path));
    if (anchor !== undefined) this.#anchors.push({ source, href, target, anchor: decodeURIComponent(anchor) });
    const from = posix.dirname(this.urlOf(source));
    const suffix = anchor === undefined ? '' : `#${anchor}`;
    const url = this.#urls.get(target) ?? this.#urls.get(posix.join(target, 'README.md'));
    if (url !== undefined) return (path === '' ? '' : posix.relative(from, url)) + suffix;
    const stat = statSync(join(this.#root, target), { throwIfNoEntry: false });
    if (!stat?.isFile() || target.startsWith('..')) {
      this.dead.push({ source, href });
      return href;
    }
    this.files.add(target);
    return posix.relative(from, posix.join('files', target)) + suffix;
  }

  deadAnchors(anchors: ReadonlyMap<string, readonly string[]>): DeadLink[] {
    return this.#anchors
      .filter(({ target, anchor }) => anchors.has(target) && !anchors.get(target)?.includes(anchor))
      .map(({ source, href }) => ({ source, href }));
  }
}

async function frameOf(
  root: string,
  dist: string,
  pages: readonly SourcePage[],
  rendered: ReadonlyMap<string, Rendered>,
): Promise<Frame> {
  const list = readPageList(root);
  const assets = await writeAssets(root, dist, pages, rendered);
  return {
    assets,
    navigation: inEach((language) => navigationFor(language, pages, list)),
    home: inEach((language) => homeOf(language, pages)),
  };
}

function inEach<T>(make: (language: Language) => T): { [language in Language]: T } {
  return { en: make('en'), fr: make('fr'), de: make('de'), lb: make('lb') };
}

/** Writes the assets of pages with a content hash in their names, so that browsers can cache them permanently. */
async function writeAssets(
  root: string,
  dist: string,
  pages: readonly SourcePage[],
  rendered: ReadonlyMap<string, Rendered>,
): Promise<Assets> {
  const browser = (name: string) => readFileSync(join(root, 'docs-site/browser', name), 'utf8');
  const asset = async (name: string, content: string | Buffer) => {
    const hash = createHash('sha256').update(content).digest('hex').slice(0, 8);
    const path = `assets/${name.replace(/(?=\.\w+$)/, `-${hash}`)}`;
    await writeFile(join(dist, path), content);
    return path;
  };
  const require = createRequire(join(root, 'docs-site/package.json'));
  const font = (name: string) =>
    asset(
      `${name}.woff2`,
      readFileSync(require.resolve(`@fontsource-variable/${name}/files/${name}-latin-wght-normal.woff2`)),
    );
  const beside = (path: string) => `./${posix.basename(path)}`;
  const [figtree, bricolage] = [await font('figtree'), await font('bricolage-grotesque')];
  const style = browser('style.css')
    .replace('figtree.woff2', beside(figtree))
    .replace('bricolage.woff2', beside(bricolage));
  const miniSearch = await asset('minisearch.js', browserModule(require.resolve('minisearch')));
  const words = await asset('words.js', browser('words.js'));
  const script = browser('search.js')
    .replace("'minisearch'", `'${beside(miniSearch)}'`)
    .replace('./words.js', beside(words));
  const index = inEach(() => '');
  for (const language of LANGUAGES)
    index[language] = await asset(`search-${language}.json`, searchIndex(language, pages, rendered));
  return {
    style: await asset('style.css', style),
    script: await asset('search.js', script),
    icon: await asset('alzette.svg', readFileSync(join(root, 'portal/public/alzette.svg'))),
    index,
  };
}

/** The browser build of a package; `resolved` is the Node build. */
function browserModule(resolved: string): Buffer {
  const path = join(dirname(dirname(resolved)), 'es/index.js');
  if (!existsSync(path)) throw new Error(`${path} is not there`);
  return Buffer.from(readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL.*$/m, ''));
}

function missingHtml(frame: Frame): string {
  // The server returns this page at any path, so it contains no relative links.
  const { missing, missingText, home } = TEXTS.en;
  const fr = TEXTS.fr;
  const html = `<h1>${missing}</h1><p>${missingText}</p><p><a href="/docs/">${home}</a></p>
<section lang="fr"><h2>${fr.missing}</h2><p>${fr.missingText}</p><p><a href="/docs/fr/">${fr.home}</a></p></section>`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${missing} · ${TEXTS.en.site}</title><link rel="stylesheet" href="/docs/${frame.assets.style}"></head>
<body><main id="text" class="alone">${html}</main></body></html>
`;
}

async function write(dist: string, url: string, html: string): Promise<void> {
  await mkdir(dirname(join(dist, url)), { recursive: true });
  await writeFile(join(dist, url), html);
}

function shortened(text: string): string {
  return text.length <= DESCRIPTION_LENGTH ? text : `${text.slice(0, DESCRIPTION_LENGTH).replace(/\s\S*$/, '')} …`;
}
