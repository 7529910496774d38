import { remembered } from '@alzette/kit/caches';
import { KINDS, type Kind } from '../contract/documents.ts';
import type { Item } from '../items/item.ts';
import { isNearlyPrefix, withSynonyms } from '../search-words/search-words.ts';
import { type Published, publicItems, stillPublic } from './public-items.ts';

/** The maximum number per kind; older items are only in the lists. */
const MAX_PER_KIND = 2_000;
const KEPT_MS = 30_000;
/** Kinds of which only items that are not over are found. */
const OF_TIME: ReadonlySet<Kind> = new Set(['event', 'menu']);
const LITTLE_WORDS = new Set(
  'a au aux d de des du en et l la le les ou par pour sur un une der die das den dem ein eine und im am the of and in on at'.split(
    ' ',
  ),
);

interface Found {
  readonly item: Item;
  /** Words without accents, each after a space. */
  readonly title: string;
  readonly all: string;
}

export type ItemSearch = (
  tenant: string,
  communes: readonly string[] | undefined,
  text: string,
  limit: number,
) => Promise<Item[]>;

/**
 * Searches only public items: each query word must be the beginning of a word, ignoring accents and case, in any
 * language; words for the same in other languages count as well. If nothing matches, words of titles may have a typing
 * error. Items with matches in their titles come first.
 */
export function itemSearch(published: Published): ItemSearch {
  const known = remembered(
    'published_items',
    async (key): Promise<Found[]> => {
      const [tenant, communes] = JSON.parse(key) as [string, string[] | null];
      const from = new Date();
      const each = KINDS.map((kind) =>
        publicItems(published, tenant, {
          ...{ kind, limit: MAX_PER_KIND, communes: communes ?? undefined },
          ...(OF_TIME.has(kind) && { from }),
        }),
      );
      return (await Promise.all(each)).flat().map(searched);
    },
    { forMs: KEPT_MS },
  );
  return async (tenant, communes, text, limit) => {
    const words = wordsOf(text);
    if (words.length === 0) return [];
    const found = await known(JSON.stringify([tenant, communes ? [...communes].sort() : null]));
    const sought = words.map(withSynonyms);
    const isIn = (each: string, alternatives: readonly string[]) =>
      alternatives.some((word) => each.includes(` ${word}`));
    // The typed word counts twice as much as another for the same.
    const inTitle = ({ title }: Found) =>
      sought.reduce((sum, all) => sum + (isIn(title, all.slice(0, 1)) ? 2 : isIn(title, all) ? 1 : 0), 0);
    const exact = found.filter(({ all }) => sought.every((alternatives) => isIn(all, alternatives)));
    const fitting = exact.length > 0 ? exact : found.filter(({ title }) => isNearly(title, words));
    const best = fitting
      .map((each) => ({ item: each.item, hits: inTitle(each) }))
      .sort((a, b) => b.hits - a.hits)
      .slice(0, limit)
      .map(({ item }) => item.id);
    // Items that were withdrawn in the meantime are not shown.
    return stillPublic(published.db, tenant, communes, best);
  };
}

/** With typing errors, only titles are searched: there are few words to compare. */
function isNearly(title: string, words: readonly string[]): boolean {
  const titleWords = title.trim().split(' ');
  return words.every((word) => titleWords.some((each) => isNearlyPrefix(word, each)));
}

function searched(item: Item): Found {
  const { texts, theme, address, event, place, page, menu } = item.document;
  const wordings = Object.values(texts);
  const title = folded(wordings.map((each) => each.title).join(' '));
  const rest = [
    ...wordings.flatMap(({ summary, body }) => [summary, body]),
    ...[theme, address, event?.venue, event?.organiser, place?.category, page?.section, menu?.canteen],
    ...(menu?.dishes.map(({ name }) => name) ?? []),
  ];
  return { item, title, all: `${title} ${folded(rest.join(' '))}` };
}

function wordsOf(text: string): string[] {
  const words = [...new Set(folded(text).split(' ').filter(Boolean))];
  const telling = words.filter((word) => !LITTLE_WORDS.has(word));
  return telling.length > 0 ? telling : words;
}

function folded(text: string): string {
  const plain = text
    .replaceAll(/œ/gi, 'oe')
    .replaceAll('ß', 'ss')
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase();
  return ` ${(plain.match(/[\p{L}\p{N}]+/gu) ?? []).join(' ')}`;
}
