export const LOCALES = ['fr', 'en', 'de', 'lb'] as const;
export type Locale = (typeof LOCALES)[number];

/** Each language in its own words. */
export const LOCALE_NAMES: Record<Locale, string> = {
  fr: 'Français',
  en: 'English',
  de: 'Deutsch',
  lb: 'Lëtzebuergesch',
};

/** A short text in every language. */
export type Words = Readonly<Record<Locale, string>>;

/** The texts of one feature, a module a language; each is loaded when it is needed. */
export type Catalogue = Readonly<Record<Locale, () => Promise<{ readonly messages: object }>>>;

/** For `Intl`: browsers bring no Luxembourgish, whose numbers and dates are written as in German. */
export function intlLocale(locale: string): string {
  return locale === 'lb' ? 'de' : locale;
}
