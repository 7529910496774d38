import { createI18n } from 'vue-i18n';
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

export const i18n = createI18n({ legacy: false, locale: 'fr', fallbackLocale: 'fr', messages: {} });

/** Loaded catalogues, by the prefix of their keys; `''` is the base. */
const opened = new Map<string, Catalogue>();
const loaded = new Set<string>();

/** The stored language, or the first of the browser's that the portal supports, or French. */
export function preferredLocale(): Locale {
  const wished = [stored(STORED_LOCALE), ...navigator.languages].map((tag) => tag?.slice(0, 2).toLowerCase());
  return LOCALES.find((locale) => locale === wished.find((tag) => LOCALES.some((known) => known === tag))) ?? 'fr';
}

/** Loads a catalogue in the current language, under this name. */
export async function openCatalogue(name: string, catalogue: Catalogue): Promise<void> {
  opened.set(name, catalogue);
  await load(name, catalogue, i18n.global.locale.value as Locale);
}

/** Changes the language once all loaded catalogues are available in it. */
export async function speak(locale: Locale): Promise<void> {
  await Promise.all([...opened].map(([name, catalogue]) => load(name, catalogue, locale)));
  i18n.global.locale.value = locale;
  document.documentElement.lang = locale;
}

export function rememberLocale(locale: Locale): void {
  store(STORED_LOCALE, locale);
}

async function load(name: string, catalogue: Catalogue, locale: Locale): Promise<void> {
  const key = `${locale} ${name}`;
  if (loaded.has(key)) return;
  const { messages } = await catalogue[locale]();
  i18n.global.mergeLocaleMessage(locale, name === '' ? messages : { [name]: messages });
  loaded.add(key);
}
