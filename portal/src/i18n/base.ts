import { store, stored } from '../stored.ts';
import { type Catalogue, LOCALES, type Locale } from './locales.ts';

const STORED_LOCALE = 'alzette.locale';

/** The texts of every page. */
export const BASE: Catalogue = {
  fr: () => import('./messages/fr.ts'),
  en: () => import('./messages/en.ts'),
  de: () => import('./messages/de.ts'),
  lb: () => import('./messages/lb.ts'),
};

/** The stored language, or the first of the browser's that the portal supports, or French. */
export function preferredLocale(): Locale {
  const wished = [stored(STORED_LOCALE), ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
  return LOCALES.find((locale) => locale === wished.find((tag) => LOCALES.some((known) => known === tag))) ?? 'fr';
}

export function rememberLocale(locale: Locale): void {
  store(STORED_LOCALE, locale);
}
