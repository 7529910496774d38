import type { Language } from '@alzette/kit/languages';

/** The texts of reports, in their languages. */
export interface Words {
  readonly locale: string;
  readonly language: Language;
  readonly time: string;
  readonly value: string;
  readonly nothing: string;
  readonly cut: string;
  readonly utcDays: string;
  readonly dimension: Readonly<Record<'scope' | 'type' | 'entity', string>>;
  number(value: number | null): string;
  /** @param share 0 to 1 */
  percent(share: number): string;
  day(iso: string): string;
  single(value: string, before: string | undefined): string;
  range(count: number, lowest: string, highest: string): string;
  more(shown: number, all: number): string;
  period(from: string, to: string, place: string): string;
  letter(title: string, url: string): string;
  notSent(title: string): string;
  notSentLetter(title: string): string;
}

/** For `Intl`, which has no Luxembourgish: its numbers and dates follow German. */
const LOCALES: Readonly<Record<Language, string>> = { fr: 'fr-FR', en: 'en-GB', de: 'de-DE', lb: 'de-LU' };

/** @param timeZone for the dates */
export function reportWords(language: Language, timeZone: string): Words {
  const locale = LOCALES[language];
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const day = new Intl.DateTimeFormat(locale, { timeZone, day: 'numeric', month: 'short', year: 'numeric' });
  return {
    ...TEXTS[language],
    locale,
    language,
    percent: (share) => percent.format(share).replaceAll('\u202f', '\u00a0'),
    number: (value: number | null) => (value === null ? '–' : number.format(value).replaceAll('\u202f', '\u00a0')),
    day: (iso: string) => day.format(new Date(iso)),
  };
}

type Texts = Omit<Words, 'locale' | 'language' | 'number' | 'percent' | 'day'>;

const FRENCH: Texts = {
  time: 'Date',
  value: 'Valeur',
  nothing: 'Aucune donnée pour cette période.',
  cut: 'La liste est limitée aux premières lignes.',
  utcDays: 'Des jours vont de minuit à minuit en temps universel (UTC).',
  dimension: { scope: 'Commune', type: 'Type', entity: 'Équipement' },
  single: (value, before) =>
    before === undefined ? `Valeur : ${value}.` : `Valeur : ${value} ; période précédente : ${before}.`,
  range: (count, lowest, highest) => `${count} valeurs, de ${lowest} à ${highest}.`,
  more: (shown, all) => `Les ${shown} premières lignes sur ${all} ; toutes sont dans le fichier CSV.`,
  period: (from, to, place) => `${place}, du ${from} inclus au ${to} exclu.`,
  letter: (title, url) =>
    `Bonjour,\n\nvoici le rapport « ${title} », en PDF et en CSV.\n\nLe tableau de bord : ${url}\n\nCe message est envoyé automatiquement.`,
  notSent: (title) => `Rapport non envoyé : ${title}`,
  notSentLetter: (title) =>
    `Bonjour,\n\nvous avez programmé le rapport « ${title} ». Il n’a pas été envoyé, parce que vous n’avez plus le droit de lire toutes ses données ou d’administrer le territoire.\n\nUne personne qui a ces droits peut l’enregistrer de nouveau ; il sera alors envoyé en son nom.\n\nCe message est envoyé automatiquement.`,
};

const ENGLISH: Texts = {
  time: 'Date',
  value: 'Value',
  nothing: 'No data in this period.',
  cut: 'The list is cut after the first rows.',
  utcDays: 'Some days are UTC days.',
  dimension: { scope: 'Commune', type: 'Type', entity: 'Asset' },
  single: (value, before) => (before === undefined ? `Value: ${value}.` : `Value: ${value}; period before: ${before}.`),
  range: (count, lowest, highest) => `${count} values from ${lowest} to ${highest}.`,
  more: (shown, all) => `The first ${shown} rows of ${all}; the CSV file has them all.`,
  period: (from, to, place) => `${place}, from ${from} to ${to}, which is not included.`,
  letter: (title, url) =>
    `Hello,\n\nhere is the report "${title}", as PDF and CSV.\n\nThe dashboard: ${url}\n\nThis message is sent automatically.`,
  notSent: (title) => `Report not sent: ${title}`,
  notSentLetter: (title) =>
    `Hello,\n\nyou scheduled the report "${title}". It was not sent, because you may no longer read all its data or administer the territory.\n\nSomebody who may can save it again; it is then sent in their name.\n\nThis message is sent automatically.`,
};

const GERMAN: Texts = {
  time: 'Datum',
  value: 'Wert',
  nothing: 'Keine Daten in diesem Zeitraum.',
  cut: 'Die Liste endet nach den ersten Zeilen.',
  utcDays: 'Manche Tage gehen von Mitternacht bis Mitternacht nach Weltzeit (UTC).',
  dimension: { scope: 'Gemeinde', type: 'Typ', entity: 'Anlage' },
  single: (value, before) => (before === undefined ? `Wert: ${value}.` : `Wert: ${value}; Zeitraum davor: ${before}.`),
  range: (count, lowest, highest) => `${count} Werte, von ${lowest} bis ${highest}.`,
  more: (shown, all) => `Die ersten ${shown} von ${all} Zeilen; alle stehen in der CSV-Datei.`,
  period: (from, to, place) => `${place}, vom ${from} bis vor dem ${to}.`,
  letter: (title, url) =>
    `Guten Tag,\n\nanbei der Bericht „${title}“, als PDF und CSV.\n\nDas Dashboard: ${url}\n\nDiese Nachricht wird automatisch gesendet.`,
  notSent: (title) => `Bericht nicht gesendet: ${title}`,
  notSentLetter: (title) =>
    `Guten Tag,\n\nSie haben den Bericht „${title}“ geplant. Er wurde nicht gesendet, weil Sie nicht mehr alle seine Daten lesen oder das Gebiet nicht mehr verwalten dürfen.\n\nEine Person mit diesen Rechten kann ihn erneut speichern; er wird dann in ihrem Namen gesendet.\n\nDiese Nachricht wird automatisch gesendet.`,
};

const LUXEMBOURGISH: Texts = {
  time: 'Datum',
  value: 'Wäert',
  nothing: 'Keng Daten an dëser Zäit.',
  cut: 'D’Lëscht hält no den éischte Reien op.',
  utcDays: 'Verschidden Deeg gi vu Mëtternuecht bis Mëtternuecht no Weltzäit (UTC).',
  dimension: { scope: 'Gemeng', type: 'Typ', entity: 'Anlag' },
  single: (value, before) => (before === undefined ? `Wäert: ${value}.` : `Wäert: ${value}; Zäit virdrun: ${before}.`),
  range: (count, lowest, highest) => `${count} Wäerter, vun ${lowest} bis ${highest}.`,
  more: (shown, all) => `Déi éischt ${shown} vun ${all} Reien; all stinn an der CSV-Datei.`,
  period: (from, to, place) => `${place}, vum ${from} bis virum ${to}.`,
  letter: (title, url) =>
    `Moien,\n\nhei ass de Rapport „${title}“, als PDF an CSV.\n\nDen Dashboard: ${url}\n\nDëse Message gëtt automatesch geschéckt.`,
  notSent: (title) => `Rapport net geschéckt: ${title}`,
  notSentLetter: (title) =>
    `Moien,\n\nDir hutt de Rapport „${title}“ geplangt. E gouf net geschéckt, well Dir net méi all seng Daten liese oder den Territoire net méi verwalte däerft.\n\nEng Persoun mat dëse Rechter kann en nei späicheren; e gëtt dann an hirem Numm geschéckt.\n\nDëse Message gëtt automatesch geschéckt.`,
};

const TEXTS: Readonly<Record<Language, Texts>> = { fr: FRENCH, en: ENGLISH, de: GERMAN, lb: LUXEMBOURGISH };
