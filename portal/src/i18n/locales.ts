export const LOCALES = ['fr', 'en', 'de', 'lb'] as const;
export type Locale = (typeof LOCALES)[number];

/** Each language by its own name. */
export const LOCALE_NAMES: Record<Locale, string> = {
  fr: 'Français',
  en: 'English',
  de: 'Deutsch',
  lb: 'Lëtzebuergesch',
};

/** A short text in every language. */
export type Words = Readonly<Record<Locale, string>>;

/** The texts of one feature, a module per language, loaded on demand. */
export type Catalogue = Readonly<Record<Locale, () => Promise<{ readonly messages: object }>>>;

/** The locale for `Intl`: browsers have no Luxembourgish, whose numbers and dates follow German. */
export function intlLocale(locale: string): string {
  return locale === 'lb' ? 'de' : locale;
}
