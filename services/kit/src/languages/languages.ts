/** The languages of texts for citizens; French is always present. */
export const LANGUAGES = ['fr', 'en', 'de', 'lb'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text in one or more languages. */
export type LanguageMap = { readonly fr: string } & { readonly [L in Exclude<Language, 'fr'>]?: string };

/** The text in a language, or in the one that its readers know best: for Luxembourgish German, otherwise French. */
export function inLanguage(texts: LanguageMap, language: Language): string {
  return texts[language] ?? (language === 'lb' ? texts.de : undefined) ?? texts.fr;
}
