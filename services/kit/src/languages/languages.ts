/** The languages of what citizens read; French is always there. */
export const LANGUAGES = ['fr', 'en', 'de', 'lb'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text in the languages that it has been written in. */
export type LanguageMap = { readonly fr: string } & { readonly [L in Exclude<Language, 'fr'>]?: string };
