/** The text in the language of the app, or in French. */
export function inLanguage(texts: Readonly<Partial<Record<string, string>>>, language: string): string {
  return texts[language] ?? texts.fr ?? '';
}

/** The language of what `inLanguage` returns. */
export function languageIn(texts: Readonly<Partial<Record<string, string>>>, language: string): string {
  return texts[language] === undefined ? 'fr' : language;
}
