import { dateFormat } from '../i18n/formats.ts';

export const DAYS = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];
const PARTS = /^([A-Z][a-z](?:[-,][A-Z][a-z])*) (\d\d:\d\d-\d\d:\d\d(?:,\s*\d\d:\d\d-\d\d:\d\d)*)$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
/** `2026 Dec 24-2026 Dec 31 off` */
export const CLOSURE = /^(\d{4} [A-Z][a-z]{2} \d\d)(?:-(\d{4} [A-Z][a-z]{2} \d\d))? off$/;
/** Any Monday, for the names of the weekdays. */
const DAY_MS = 86_400_000;
const MONDAY = Date.UTC(2026, 0, 5);

/** A line of opening hours in the reader's language: the days and the hours; closed; or closed on public holidays. */
export type HoursLine = { readonly days: string; readonly hours: string; readonly isClosed?: true } | 'holidaysOff';

/**
 * Parses texts of schema.org's `openingHours`, such as `Tu-Fr 09:00-12:00,13:30-18:00`. Text that it can't parse stays
 * unchanged.
 */
export function hoursLines(texts: readonly string[], language: string): HoursLine[] {
  return texts
    .flatMap((text) => text.split(';'))
    .map((text) => text.trim())
    .filter((text) => text !== '' && !isPast(text))
    .map((text) => {
      if (text === 'PH off') return 'holidaysOff';
      const closure = CLOSURE.exec(text);
      if (closure) return { days: periodOf(closure[1], closure[2], language), hours: '', isClosed: true };
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

function isPast(text: string): boolean {
  const [, from = '', to = from] = CLOSURE.exec(text) ?? [];
  return from !== '' && Date.parse(dateOf(to)) + DAY_MS < Date.now();
}

function periodOf(from = '', to = from, language: string): string {
  const format = dateFormat(language, { day: 'numeric', month: 'long', timeZone: 'UTC' });
  return [...new Set([from, to])].map((day) => format(Date.parse(dateOf(day)))).join(' – ');
}

/** `2026 Dec 24` as `2026-12-24` */
export function dateOf(text: string): string {
  const [year, month = '', day] = text.split(' ');
  return `${year}-${String(MONTHS.indexOf(month) + 1).padStart(2, '0')}-${day}`;
}

/** The reverse. */
export function monthDay(date: string): string {
  const [year, month, day] = date.split('-');
  return `${year} ${MONTHS[Number(month) - 1]} ${day}`;
}

function dayName(day: string, language: string): string {
  const index = DAYS.indexOf(day);
  if (index < 0) return day;
  return dateFormat(language, { weekday: 'long', timeZone: 'UTC' })(MONDAY + index * DAY_MS);
}
