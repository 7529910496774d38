/** The languages there are, each by its own name. A new one is a line here and a file of words. */
export const LANGUAGES = { fr: 'Français', en: 'English', de: 'Deutsch', lb: 'Lëtzebuergesch' } as const;

export type Language = keyof typeof LANGUAGES;

/** The language kept, else the first of the browser's that we speak, else French. */
export function chooseLanguage(kept: string | null, preferred: readonly string[]): Language {
  const wanted = [kept ?? '', ...preferred].map((tag) => tag.slice(0, 2).toLowerCase());
  return wanted.find(isLanguage) ?? 'fr';
}

function isLanguage(code: string): code is Language {
  return Object.hasOwn(LANGUAGES, code);
}
