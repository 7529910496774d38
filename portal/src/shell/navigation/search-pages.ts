import { folded } from '../../format/slug.ts';
import { LOCALES } from '../../i18n/locales.ts';
import type { FeaturePage } from '../feature.ts';
import type { OfferedPart } from './offered.ts';

/**
 * The parts with the pages that a text finds: by each of its words, in the page's name in any language, the name of its
 * part, or what the help says about it. Parts without such a page are left out.
 */
export function searchPages(
  parts: readonly OfferedPart[],
  text: string,
  helpOf: (page: FeaturePage) => string = () => '',
): readonly OfferedPart[] {
  const words = folded(text).split(/\s+/).filter(Boolean);
  if (words.length === 0) return parts;
  return parts
    .map((part) => ({
      ...part,
      pages: part.pages.filter((page) => {
        const names = LOCALES.flatMap((locale) => [page.title[locale], part.title?.[locale] ?? '']);
        const haystack = folded([...names, helpOf(page)].join(' '));
        return words.every((word) => haystack.includes(word));
      }),
    }))
    .filter(({ pages }) => pages.length > 0);
}
