import { createI18n } from 'vue-i18n';
import { store, stored } from '../stored.ts';
import { en } from './en.ts';
import { fr } from './fr.ts';

export const LOCALES = ['fr', 'en'] as const;
export type Locale = (typeof LOCALES)[number];

const STORED_LOCALE = 'alzette.locale';

/** The language chosen before, else the browser's first that we speak, else French. */
export function preferredLocale(): Locale {
  const wished = [stored(STORED_LOCALE), ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
  return LOCALES.find((locale) => locale === wished.find((tag) => LOCALES.some((known) => known === tag))) ?? 'fr';
}

export function rememberLocale(locale: Locale): void {
  store(STORED_LOCALE, locale);
  document.documentElement.lang = locale;
}

export function createPortalI18n() {
  const locale = preferredLocale();
  document.documentElement.lang = locale;
  return createI18n({ legacy: false, locale, fallbackLocale: 'en', messages: { fr, en } });
}
