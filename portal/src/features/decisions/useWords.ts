import { useI18n } from 'vue-i18n';
import type { Locale, Words } from '../../i18n/locales.ts';
import { useFormat } from '../../kit/useFormat.ts';

const NAMES: readonly (readonly [RegExp, string])[] = [
  [/\^2/g, '²'],
  [/\^3/g, '³'],
  [/\bEUR\b/g, '€'],
  [/kgCO2e/g, 'kg CO₂e'],
  [/tCO2e/g, 't CO₂e'],
  [/kWhPCI/g, 'kWh PCI'],
  [/MWhPCS/g, 'MWh PCS'],
  [/\*/g, '·'],
];

/** Texts of documents in the reader's language, and numbers as one says them. */
export function useWords() {
  const { t, te, locale } = useI18n();
  const { number } = useFormat();
  const word = (name: string) => (te(`decisions.units.${name}`) ? t(`decisions.units.${name}`) : name);
  return {
    words: (texts: Words) => texts[locale.value as Locale] ?? texts.fr,
    /** `kWh/m^2/yr` becomes `kWh/m²/an`. */
    unit(text: string): string {
      if (text === '1') return '';
      const named = text.replace(/\p{L}[\p{L}\p{N}]*/gu, word);
      return NAMES.reduce((written, [from, to]) => written.replace(from, to), named);
    },
    /** Three significant digits: more would pretend to know. */
    rounded: (value: number) => number(Number(value.toPrecision(3))),
  };
}
