import { createI18n } from 'vue-i18n';
import { en } from './en.ts';
import { fr } from './fr.ts';
import { chooseLanguage, type Language } from './languages.ts';

const KEPT_UNDER = 'alzette.language';

/** The app's words, in the language chosen before or, failing that, the browser's. */
export const i18n = createI18n({
  legacy: false,
  locale: chooseLanguage(localStorage.getItem(KEPT_UNDER), navigator.languages),
  fallbackLocale: 'fr',
  messages: { fr, en } satisfies Record<Language, typeof fr>,
});

document.documentElement.lang = i18n.global.locale.value;

export function setLanguage(language: Language): void {
  i18n.global.locale.value = language;
  localStorage.setItem(KEPT_UNDER, language);
  document.documentElement.lang = language;
}
