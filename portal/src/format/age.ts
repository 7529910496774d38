import { intlLocale } from '../i18n/locales.ts';

const STEPS: [unit: Intl.RelativeTimeFormatUnit, ms: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

const formatters = new Map<string, Intl.RelativeTimeFormat>();

/**
 * Formats an age: "2 min ago", "il y a 3 h". Below a minute, and for times in the future, "now".
 *
 * @param ageMs milliseconds
 */
export function formatAge(ageMs: number, locale: string): string {
  let formatter = formatters.get(locale);
  if (!formatter) {
    formatter = new Intl.RelativeTimeFormat(intlLocale(locale), { style: 'short', numeric: 'auto' });
    formatters.set(locale, formatter);
  }
  for (const [unit, ms] of STEPS) {
    if (ageMs >= ms) return formatter.format(-Math.floor(ageMs / ms), unit);
  }
  return formatter.format(0, 'second');
}
