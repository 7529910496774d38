import { shallowRef, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Language } from '../i18n/languages.ts';
import type { AboutTexts } from './about-texts.ts';

const LOADERS: Record<Language, () => Promise<AboutTexts>> = {
  fr: async () => (await import('./texts/fr.ts')).texts,
  en: async () => (await import('./texts/en.ts')).texts,
  de: async () => (await import('./texts/de.ts')).texts,
  lb: async () => (await import('./texts/lb.ts')).texts,
};

/** The long texts of the app about itself, loaded when they are read. */
export function useAboutTexts() {
  const { locale } = useI18n();
  const texts = shallowRef<AboutTexts>();
  watch(
    locale,
    async (language) => {
      texts.value = await LOADERS[language as Language](); // the languages of the app
    },
    { immediate: true },
  );
  return texts;
}
