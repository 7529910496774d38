import { type ComputedRef, computed } from 'vue';
import { createI18n } from 'vue-i18n';
import { fr, type Messages } from './fr.ts';
import { chooseLanguage, type Language } from './languages.ts';

const KEPT_UNDER = 'alzette.language';

/** The texts of a language are loaded when the reader chooses it. */
const LOADERS: Record<Exclude<Language, 'fr'>, () => Promise<Messages>> = {
  en: async () => (await import('./en.ts')).en,
  de: async () => (await import('./de.ts')).de,
  lb: async () => (await import('./lb.ts')).lb,
};

/** The texts of the app, in French until another language is loaded. */
export const i18n = createI18n({
  legacy: false,
  locale: 'fr' as Language,
  fallbackLocale: 'fr',
  messages: { fr } as Record<Language, Messages>,
});

/** The language that the reader sees. */
export function useLanguage(): ComputedRef<Language> {
  return computed(() => i18n.global.locale.value);
}

/** Loads the stored language, or without one the browser's. */
export async function showKeptLanguage(): Promise<void> {
  await show(chooseLanguage(localStorage.getItem(KEPT_UNDER), navigator.languages));
}

export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEPT_UNDER, language);
  await show(language);
}

async function show(language: Language): Promise<void> {
  if (language !== 'fr') {
    try {
      i18n.global.setLocaleMessage(language, await LOADERS[language]());
    } catch (cause) {
      console.warn('Could not load the language', language, cause);
      return; // French is always loaded
    }
  }
  i18n.global.locale.value = language;
  document.documentElement.lang = language;
}
