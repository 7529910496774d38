/** The browser locale of each language, for example European English with 24 hours. */
const TAGS: Readonly<Record<string, string>> = { en: 'en-GB', lb: 'de' };

/** Luxembourgish names of days and months, by the German names: few browsers support the language. */
const LUXEMBOURGISH: Readonly<Record<string, string>> = {
  Montag: 'Méindeg',
  Dienstag: 'Dënschdeg',
  Mittwoch: 'Mëttwoch',
  Donnerstag: 'Donneschdeg',
  Freitag: 'Freideg',
  Samstag: 'Samschdeg',
  Sonntag: 'Sonndeg',
  Mo: 'Méi',
  Di: 'Dën',
  Mi: 'Mët',
  Do: 'Don',
  Fr: 'Fre',
  Sa: 'Sam',
  So: 'Son',
  Januar: 'Januar',
  Februar: 'Februar',
  März: 'Mäerz',
  April: 'Abrëll',
  Mai: 'Mee',
  Juli: 'Juli',
  Dezember: 'Dezember',
};
const AGO: Readonly<Record<string, (count: number) => string>> = {
  minute: (count) => `virun ${count} Min.`,
  hour: (count) => `virun ${count} St.`,
  day: (count) => (count === 1 ? 'gëschter' : `virun ${count} Deeg`),
};

/** Formats days and times in a language of the app. */
export function dateFormat(language: string, options: Intl.DateTimeFormatOptions): (at: Date | number) => string {
  const format = new Intl.DateTimeFormat(TAGS[language] ?? language, options);
  if (language === 'fr') return (at) => format.format(at).replace(FIRST_DAY, '1er');
  if (language !== 'lb') return (at) => format.format(at);
  return (at) =>
    format
      .formatToParts(at)
      .map(({ type, value }) => (type === 'weekday' || type === 'month' ? (LUXEMBOURGISH[value] ?? value) : value))
      .join('');
}

/** Before the name of a month. */
const FIRST_DAY = /(?<!\d)1(?= \p{L})/u;

/** Formats numbers in a language of the app. */
export function numberFormat(language: string, options: Intl.NumberFormatOptions): (value: number) => string {
  const format = new Intl.NumberFormat(TAGS[language] ?? language, options);
  return (value) => format.format(value);
}

/** `il y a 4 minutes`, `2 days ago`. */
export function agoFormat(
  language: string,
  style: 'long' | 'short',
): (count: number, unit: 'minute' | 'hour' | 'day') => string {
  if (language === 'lb') return (count, unit) => AGO[unit]?.(count) ?? '';
  const format = new Intl.RelativeTimeFormat(TAGS[language] ?? language, { style });
  return (count, unit) => format.format(-count, unit);
}
