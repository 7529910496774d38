import { useI18n } from 'vue-i18n';
import { numberFormat } from '../i18n/formats.ts';

/** Formats numbers in the reader's language, with at most `digits` decimals. */
export function useNumbers(): (value: number, digits?: number) => string {
  const { locale } = useI18n();
  return (value, digits = 0) => numberFormat(locale.value, { maximumFractionDigits: digits })(value);
}
