import MiniSearch from 'minisearch';
import { wordOf } from '../browser/words.js';
import type { Rendered } from './markdown.ts';
import { type Language, type SourcePage, sourceFor } from './pages.ts';

const EXCERPT_LENGTH = 140;

/** The search index for a language, as JSON: one document for each heading of each page that its readers get. */
export function searchIndex(
  language: Language,
  pages: readonly SourcePage[],
  rendered: ReadonlyMap<string, Rendered>,
): string {
  const search = new MiniSearch({
    fields: ['title', 'heading', 'words'],
    storeFields: ['title', 'heading', 'excerpt', 'language'],
    processTerm: wordOf,
  });
  const theirs = pages.filter((page) => page.source === sourceFor(language, page));
  for (const page of theirs) {
    for (const [index, { id, text, words }] of (rendered.get(page.source)?.headings ?? []).entries()) {
      const excerpt = words.replace(/\s+/g, ' ').slice(0, EXCERPT_LENGTH);
      const heading = index === 0 ? '' : text;
      const address = index === 0 ? page.url : `${page.url}#${id}`;
      search.add({ id: address, title: page.title, heading, words, excerpt, language: page.language });
    }
  }
  return JSON.stringify(search);
}
