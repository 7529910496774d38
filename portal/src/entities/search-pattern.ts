import { folded } from '../format/slug.ts';

/** Letters with the accents that names of the region bear. */
const VARIANTS: Readonly<Record<string, string>> = {
  a: 'aàâäAÀÂÄ',
  c: 'cçCÇ',
  e: 'eéèêëEÉÈÊË',
  i: 'iîïIÎÏ',
  o: 'oôöOÔÖ',
  u: 'uùûüUÙÛÜ',
};
const LONGEST = 60;

/**
 * A regular expression for `q` that finds a text whatever its case and accents: the broker's know no flag for that.
 * Undefined when there is nothing to look for.
 */
export function searchPattern(text: string): string | undefined {
  const words = folded(text.slice(0, LONGEST)).split(/\s+/).filter(Boolean);
  if (words.length === 0) return undefined;
  return words.map((word) => [...word].map(charClass).join('')).join('.*');
}

/** `q` for entities whose name or street holds a text. */
export function searchQuery(text: string): string | undefined {
  const pattern = searchPattern(text);
  return pattern && `name~="${pattern}"|address[streetAddress]~="${pattern}"`;
}

function charClass(char: string): string {
  const variants = VARIANTS[char];
  if (variants) return `[${variants}]`;
  if (/[a-z]/.test(char)) return `[${char}${char.toUpperCase()}]`;
  // Quotation marks would end the text, what is no letter or digit might mean something.
  return /[\p{L}\p{N}]/u.test(char) ? char : '.';
}
