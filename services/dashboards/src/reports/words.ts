/** The texts of reports, in their languages. */
export interface Words {
  readonly locale: string;
  readonly time: string;
  readonly value: string;
  readonly nothing: string;
  readonly cut: string;
  readonly dimension: Readonly<Record<'scope' | 'type' | 'entity', string>>;
  number(value: number | null): string;
  day(iso: string): string;
  single(value: string, before: string | undefined): string;
  range(count: number, lowest: string, highest: string): string;
  more(shown: number, all: number): string;
  period(from: string, to: string, place: string): string;
  letter(title: string, url: string): string;
}

/** @param timeZone for the dates */
export function reportWords(language: 'fr' | 'en', timeZone: string): Words {
  const locale = language === 'fr' ? 'fr-FR' : 'en-GB';
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const day = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short', year: 'numeric' });
  const shared = {
    locale,
    number: (value: number | null) => (value === null ? '–' : number.format(value).replaceAll('\u202f', '\u00a0')),
    day: (iso: string) => day.format(new Date(iso)),
  };
  return language === 'fr' ? { ...shared, ...FRENCH } : { ...shared, ...ENGLISH };
}

type Texts = Omit<Words, 'locale' | 'number' | 'day'>;

const FRENCH: Texts = {
  time: 'Date',
  value: 'Valeur',
  nothing: 'Aucune donnée pour cette période.',
  cut: 'La liste est limitée aux premières lignes.',
  dimension: { scope: 'Commune', type: 'Type', entity: 'Équipement' },
  single: (value, before) =>
    before === undefined ? `Valeur : ${value}.` : `Valeur : ${value} ; période précédente : ${before}.`,
  range: (count, lowest, highest) => `${count} valeurs, de ${lowest} à ${highest}.`,
  more: (shown, all) => `Les ${shown} premières lignes sur ${all} ; toutes sont dans le fichier CSV.`,
  period: (from, to, place) => `${place}, du ${from} inclus au ${to} exclu.`,
  letter: (title, url) =>
    `Bonjour,\n\nvoici le rapport « ${title} », en PDF et en CSV.\n\nLe tableau de bord : ${url}\n\nCe message est envoyé automatiquement.`,
};

const ENGLISH: Texts = {
  time: 'Date',
  value: 'Value',
  nothing: 'No data in this period.',
  cut: 'The list is cut after the first rows.',
  dimension: { scope: 'Commune', type: 'Type', entity: 'Asset' },
  single: (value, before) => (before === undefined ? `Value: ${value}.` : `Value: ${value}; period before: ${before}.`),
  range: (count, lowest, highest) => `${count} values from ${lowest} to ${highest}.`,
  more: (shown, all) => `The first ${shown} rows of ${all}; the CSV file has them all.`,
  period: (from, to, place) => `${place}, from ${from} to ${to}, which is not included.`,
  letter: (title, url) =>
    `Hello,\n\nhere is the report "${title}", as PDF and CSV.\n\nThe dashboard: ${url}\n\nThis message is sent automatically.`,
};
