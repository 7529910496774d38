import type { Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Locale } from './locales.ts';

/** The language of the page, which only `speak` changes. */
export function useLocale(): Readonly<Ref<Locale>> {
  return useI18n().locale as Ref<Locale>;
}
