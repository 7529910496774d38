import { type QuantityLanguage, quantityText, unitName } from '@alzette/ngsi-ld-schemas/quantities';
import { useI18n } from 'vue-i18n';
import type { Locale, Words } from '../../i18n/locales.ts';
import { useFormat } from '../../kit/useFormat.ts';

/** Texts of documents in the reader's language, and quantities as one says them. */
export function useWords() {
  const { t, locale } = useI18n();
  const language = () => locale.value as QuantityLanguage;
  const { date, month } = useFormat();
  const rounded = (value: number, unit = '1') => quantityText(value, unit, language()).number;
  return {
    /** `2024`, `2024-11` or `2024-11-05` as one says it. */
    periodText: (period: string) =>
      period.length === 4 ? period : period.length === 7 ? month(`${period}-15`) : date(`${period}T12:00Z`),
    words: (texts: Words) => texts[locale.value as Locale] ?? texts.fr,
    /** `kWh/m^2/yr` becomes `kWh/m²/an`, a share `%`. */
    unit: (text: string) => unitName(text, language()),
    /** A value with its unit: `26,7 %`. */
    quantity: (value: number, unit: string) => quantityText(value, unit, language()).text,
    /** Three significant digits, of a share in percent: more would pretend to know. */
    rounded,
    /** The ends of nine cases in ten; empty if they are the same. */
    ends: ({ low, high }: { readonly low: number; readonly high: number }, unit = '1') =>
      low === high ? '' : t('decisions.band', { low: rounded(low, unit), high: rounded(high, unit) }),
  };
}

/** The unit of an output of a model, or of its balance. */
export function unitOfOutput(
  model: {
    readonly outputs: readonly { readonly id: string; readonly is: string }[];
    readonly equations: readonly { readonly id: string; readonly unit: string }[];
    readonly levers: readonly { readonly id: string; readonly unit: string }[];
    readonly calls?: readonly { readonly gives: readonly { readonly id: string; readonly unit: string }[] }[];
  },
  id: string,
): string {
  if (id === 'balance') return 'EUR';
  const is = model.outputs.find((output) => output.id === id)?.is ?? id;
  const given = (model.calls ?? []).flatMap(({ gives }) => gives);
  return [...model.equations, ...model.levers, ...given].find((each) => each.id === is)?.unit ?? '1';
}
