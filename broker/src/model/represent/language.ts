/** Language ranges as in Accept-Language, in order of preference. */
export type LanguageRanges = readonly string[];

/** Parses `lang`, e.g. `fr-CH,fr;q=0.9,*;q=0.5` (4.15), into lower-case ranges, best first. */
export function parseLanguageRanges(text: string): LanguageRanges {
  return text
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part.trim().split(';');
      const weight = parameters.map((parameter) => /^\s*q=(.+)$/.exec(parameter)?.[1]).find(Boolean);
      const q = weight === undefined ? 1 : Number(weight);
      return { range: range.trim().toLowerCase(), q: Number.isFinite(q) ? q : 1 };
    })
    .filter(({ range, q }) => range !== '' && q > 0)
    .sort((one, other) => other.q - one.q)
    .map(({ range }) => range);
}

/**
 * The best entry of a language map: a tag that equals a range, is a prefix of it, or has it as a prefix; otherwise
 * `@none`, otherwise the first one (4.15).
 */
export function chooseLanguage(
  languageMap: { readonly [tag: string]: unknown },
  ranges: LanguageRanges,
): { tag: string; text: unknown } {
  const tags = Object.keys(languageMap);
  for (const range of ranges) {
    const tag = tags.find((candidate) => matches(candidate.toLowerCase(), range));
    if (tag !== undefined) return { tag, text: languageMap[tag] };
  }
  const tag = tags.includes('@none') ? '@none' : (tags[0] as string); // a language map is never empty
  return { tag, text: languageMap[tag] };
}

function matches(tag: string, range: string): boolean {
  return tag === range || tag.startsWith(`${range}-`) || range.startsWith(`${tag}-`);
}
