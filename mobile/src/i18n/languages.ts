/** The languages of the app, each with its own name. A new language needs a line here and a file of texts. */
export const LANGUAGES = { fr: 'Français', en: 'English', de: 'Deutsch', lb: 'Lëtzebuergesch' } as const;

export type Language = keyof typeof LANGUAGES;

/** The stored language, or the first of the browser's that the app supports, or French. */
export function chooseLanguage(kept: string | null, preferred: readonly string[]): Language {
  const wanted = [kept ?? '', ...preferred].map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find(isLanguage) ?? 'fr';
}

function isLanguage(code: string): code is Language {
  return Object.hasOwn(LANGUAGES, code);
}
