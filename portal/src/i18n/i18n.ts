import { createI18n } from 'vue-i18n';
import type { Catalogue, Locale } from './locales.ts';

export const i18n = createI18n({ legacy: false, locale: 'fr', fallbackLocale: 'fr', messages: {} });

/** Loaded catalogues, by the prefix of their keys; `''` is the base. */
const opened = new Map<string, Catalogue>();
const loaded = new Set<string>();

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

async function load(name: string, catalogue: Catalogue, locale: Locale): Promise<void> {
  const key = `${locale} ${name}`;
  if (loaded.has(key)) return;
  const { messages } = await catalogue[locale]();
  i18n.global.mergeLocaleMessage(locale, name === '' ? messages : { [name]: messages });
  loaded.add(key);
}
