/** The text in the language of the app, or in French. */
export function inLanguage(texts: Readonly<Partial<Record<string, string>>>, language: string): string {
  return texts[language] ?? texts.fr ?? '';
}
