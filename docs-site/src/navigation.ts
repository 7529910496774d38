import type { Section } from './page-list.ts';
import { type Language, type SourcePage, sourceFor } from './pages.ts';
import { TEXTS } from './texts.ts';

/** Pages outside the navigation; the page of their folder links to them. */
const UNLISTED = /^docs\/decisions\/\d|^services\/|^conformance-tests\/|^bench\/REPORT|^SECURITY/;

export interface NavSection {
  readonly title: string;
  readonly entries: readonly { readonly page: SourcePage; readonly name: string }[];
}

/**
 * The navigation for readers of a language. A page without a translation leads to the page in another language. Unknown
 * pages come last.
 */
export function navigationFor(
  language: Language,
  pages: readonly SourcePage[],
  list: readonly Section[],
): NavSection[] {
  const bySource = new Map(pages.map((page) => [page.source, page]));
  const inTheirs = (source: string) => {
    const page = bySource.get(source);
    return page && bySource.get(sourceFor(language, page) ?? source);
  };
  const sections = list.map(({ title, pages: listed }) => ({
    title: title[language] ?? title.en,
    entries: listed.flatMap(({ source, title: names }) => {
      const page = inTheirs(source);
      return page ? [{ page, name: names[language] ?? names[page.language] ?? page.title }] : [];
    }),
  }));
  const known = new Set(list.flatMap(({ pages: listed }) => listed.map(({ source }) => source)));
  const others = pages.filter(
    (page) => page.language === 'en' && !known.has(page.source) && !UNLISTED.test(page.source),
  );
  const more = others.map((page) => ({ page: inTheirs(page.source) ?? page, name: page.title }));
  if (more.length > 0) sections.push({ title: TEXTS[language].more, entries: more });
  return sections;
}
