import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export const LANGUAGES = ['en', 'fr', 'de', 'lb'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Where a page is missing in a language, its readers get it in these. */
const INSTEAD: { readonly [language in Language]: readonly Language[] } = {
  en: [],
  fr: ['en'],
  de: ['en'],
  lb: ['fr', 'en'],
};

/** A Markdown file of the repository that becomes a page of the site. */
export interface SourcePage {
  /** From the root of the repository, e.g. `docs/fr/concepts.md`. */
  readonly source: string;
  /** From the root of the site, e.g. `fr/concepts.html`. */
  readonly url: string;
  readonly language: Language;
  readonly title: string;
  readonly text: string;
  /** The sources of the page in its languages, including this one. */
  readonly translations: { readonly [language in Language]?: string };
}

/** Sources outside `docs/` that are part of the site. */
const BESIDE = [
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  'bench/README.md',
  'bench/REPORT.md',
  'conformance-tests/README.md',
  'services/kit/README.md',
];

/** Reads all pages of the site, sorted by source. @throws Error: a page has no title */
export function readPages(root: string): SourcePage[] {
  const sources = [
    ...globSync('docs/**/*.md', { cwd: root }).map((path) => path.replaceAll('\\', '/')),
    ...BESIDE.filter((path) => existsSync(join(root, path))),
  ].sort();
  const all = new Set(sources);
  return sources.map((source) => {
    const text = readFileSync(join(root, source), 'utf8');
    const [, title] = /^# (.+)$/m.exec(text) ?? [];
    if (title === undefined) throw new Error(`${source} has no title: a line that begins with "# "`);
    const language = languageOf(source);
    const original = language === 'en' ? source : source.replace(`docs/${language}/`, 'docs/');
    const translations = Object.fromEntries(
      LANGUAGES.map((each) => [each, translationOf(original, each)] as const).filter(([, path]) => all.has(path)),
    );
    return { source, url: urlOf(source), language, title, text, translations };
  });
}

/** The source of a page for readers of a language: theirs, otherwise the language that they get instead. */
export function sourceFor(language: Language, { translations }: Pick<SourcePage, 'translations'>): string | undefined {
  return [language, ...INSTEAD[language]].map((each) => translations[each]).find((source) => source !== undefined);
}

/** The source of an English page in a language, whether it exists or not. */
export function translationOf(original: string, language: Language): string {
  return language === 'en' ? original : original.replace(/^docs\//, `docs/${language}/`);
}

function languageOf(source: string): Language {
  return LANGUAGES.find((language) => source.startsWith(`docs/${language}/`)) ?? 'en';
}

/** The URL of a source, from the root of the site. `README.md` becomes the index page of its folder. */
function urlOf(source: string): string {
  const path = source.replace(/^docs\//, '').replace(/\.md$/, '');
  const name = posix.basename(path) === 'README' ? posix.join(posix.dirname(path), 'index') : path;
  // `CONTRIBUTING.md` and other files with upper-case names.
  return `${name === name.toUpperCase() ? `project/${name.toLowerCase()}` : name}.html`;
}
