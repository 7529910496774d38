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

/** The long texts about the app, loaded on demand. */
export function useAboutTexts() {
  const { locale } = useI18n();
  const texts = shallowRef<AboutTexts>();
  watch(
    locale,
    async (language) => {
      texts.value = await LOADERS[language as Language](); // only languages of the app occur
    },
    { immediate: true },
  );
  return texts;
}
