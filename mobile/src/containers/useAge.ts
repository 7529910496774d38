import { useI18n } from 'vue-i18n';
import { ageOf, ageWords } from './age.ts';

/** Formats the age of `at` in the citizen's language. */
export function useAge(): (at: number, now: number, style?: 'long' | 'short') => string {
  const { t, locale } = useI18n();
  return (at, now, style) => ageWords(ageOf(at, now), locale.value, style) ?? t('age.now');
}
