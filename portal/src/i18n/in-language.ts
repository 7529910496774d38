/** A text in several languages, by language tag. */
export type LanguageMap = Readonly<Partial<Record<string, string>>>;

/** In the reader's language, or in French, or in any available language; empty if there is none. */
export function inLanguage(texts: LanguageMap | undefined, locale: string): string {
  return texts?.[locale] ?? texts?.fr ?? Object.values(texts ?? {}).find(Boolean) ?? '';
}
