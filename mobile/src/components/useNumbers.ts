import { useI18n } from 'vue-i18n';
import { numberFormat } from '../i18n/formats.ts';

/** Writes numbers in the reader's language, with so many digits after the comma at most. */
export function useNumbers(): (value: number, digits?: number) => string {
  const { locale } = useI18n();
  return (value, digits = 0) => numberFormat(locale.value, { maximumFractionDigits: digits })(value);
}
