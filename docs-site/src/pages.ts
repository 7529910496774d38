import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

export type Language = 'en' | 'fr';

/** A Markdown file of the repository that becomes a page of the site. */
export interface SourcePage {
  /** From the root of the repository, e.g. `docs/fr/concepts.md`. */
  readonly source: string;
  /** From the root of the site, e.g. `fr/concepts.html`. */
  readonly url: string;
  readonly language: Language;
  readonly title: string;
  readonly text: string;
  /** The same page in the other language. */
  readonly counterpart?: string;
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
const FRENCH = 'docs/fr/';

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
    const language = source.startsWith(FRENCH) ? 'fr' : 'en';
    const other = language === 'fr' ? source.replace(FRENCH, 'docs/') : source.replace(/^docs\//, FRENCH);
    const counterpart = other !== source && all.has(other) ? other : undefined;
    return { source, url: urlOf(source), language, title, text, ...(counterpart && { counterpart }) };
  });
}

/** The URL of a source, from the root of the site. `README.md` becomes the index page of its folder. */
function urlOf(source: string): string {
  const path = source.replace(/^docs\//, '').replace(/\.md$/, '');
  const name = posix.basename(path) === 'README' ? posix.join(posix.dirname(path), 'index') : path;
  // `CONTRIBUTING.md` and other files with upper-case names.
  return `${name === name.toUpperCase() ? `project/${name.toLowerCase()}` : name}.html`;
}
