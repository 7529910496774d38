import { dateFormat } from '../i18n/formats.ts';

const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const PARTS = /^([A-Z][a-z](?:[-,][A-Z][a-z])*) (\d\d:\d\d-\d\d:\d\d(?:,\s*\d\d:\d\d-\d\d:\d\d)*)$/;
/** Any Monday, for the names of the weekdays. */
const MONDAY = Date.UTC(2026, 0, 5);

/** A line of opening hours in the reader's language: the days and the hours; or closed on public holidays. */
export type HoursLine = { readonly days: string; readonly hours: string } | 'holidaysOff';

/**
 * Parses texts of schema.org's `openingHours`, such as `Tu-Fr 09:00-12:00,13:30-18:00`. Text that it can't parse stays
 * unchanged.
 */
export function hoursLines(texts: readonly string[], language: string): HoursLine[] {
  return texts
    .flatMap((text) => text.split(';'))
    .map((text) => text.trim())
    .filter((text) => text !== '')
    .map((text) => {
      if (text === 'PH off') return 'holidaysOff';
      const [, days, hours] = PARTS.exec(text) ?? [];
      if (days === undefined || hours === undefined) return { days: '', hours: text };
      return {
        days: days
          .split(',')
          .map((part) =>
            part
              .split('-')
              .map((day) => dayName(day, language))
              .join(' – '),
          )
          .join(', '),
        // Non-breaking spaces keep a range on one line.
        hours: hours.replaceAll('-', '\u00a0–\u00a0').replaceAll(/,\s*/g, ', '),
      };
    });
}

function dayName(day: string, language: string): string {
  const index = DAYS.indexOf(day);
  if (index < 0) return day;
  return dateFormat(language, { weekday: 'long', timeZone: 'UTC' })(MONDAY + index * 86_400_000);
}
