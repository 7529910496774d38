import type { HolidayKey } from '@alzette/kit/calendar';
import type { Language, LanguageMap } from '@alzette/kit/languages';

/** The kinds of waste. */
export const KINDS = ['residual', 'packaging', 'organic', 'glass', 'paper', 'bulky', 'garden'] as const;
export type Kind = (typeof KINDS)[number];

type Words = Required<LanguageMap>;

export const KIND_NAMES: { readonly [kind in Kind]: Words } = {
  residual: { fr: 'Ordures ménagères', en: 'Household waste', de: 'Restmüll', lb: 'Reschtoffall' },
  packaging: { fr: 'Emballages', en: 'Packaging', de: 'Verpackungen', lb: 'Verpackungen' },
  organic: { fr: 'Biodéchets', en: 'Organic waste', de: 'Bioabfall', lb: 'Bioabfall' },
  glass: { fr: 'Verre', en: 'Glass', de: 'Glas', lb: 'Glas' },
  paper: { fr: 'Papiers et cartons', en: 'Paper and cardboard', de: 'Papier und Karton', lb: 'Pabeier a Karton' },
  bulky: { fr: 'Encombrants', en: 'Bulky waste', de: 'Sperrmüll', lb: 'Sperrmüll' },
  garden: { fr: 'Déchets verts', en: 'Garden waste', de: 'Grünabfall', lb: 'Gréngoffall' },
};

export const HOLIDAY_NAMES: { readonly [key in HolidayKey]: Words } = {
  newYear: { fr: 'Jour de l’an', en: 'New Year’s Day', de: 'Neujahr', lb: 'Neijoerschdag' },
  goodFriday: { fr: 'Vendredi saint', en: 'Good Friday', de: 'Karfreitag', lb: 'Karfreideg' },
  easterMonday: { fr: 'Lundi de Pâques', en: 'Easter Monday', de: 'Ostermontag', lb: 'Ouschterméindeg' },
  labourDay: { fr: 'Fête du Travail', en: 'Labour Day', de: 'Tag der Arbeit', lb: 'Dag vun der Aarbecht' },
  europeDay: { fr: 'Journée de l’Europe', en: 'Europe Day', de: 'Europatag', lb: 'Europadag' },
  victory1945: { fr: 'Victoire de 1945', en: 'Victory Day', de: 'Tag des Sieges 1945', lb: 'Victoire 1945' },
  ascension: { fr: 'Ascension', en: 'Ascension Day', de: 'Christi Himmelfahrt', lb: 'Christi Himmelfaart' },
  whitMonday: { fr: 'Lundi de Pentecôte', en: 'Whit Monday', de: 'Pfingstmontag', lb: 'Péngschtméindeg' },
  luxembourgNational: { fr: 'Fête nationale', en: 'National Day', de: 'Nationalfeiertag', lb: 'Nationalfeierdag' },
  bastilleDay: { fr: 'Fête nationale', en: 'Bastille Day', de: 'Nationalfeiertag', lb: 'Nationalfeierdag' },
  assumption: { fr: 'Assomption', en: 'Assumption Day', de: 'Mariä Himmelfahrt', lb: 'Léiffrawëschdag' },
  allSaints: { fr: 'Toussaint', en: 'All Saints’ Day', de: 'Allerheiligen', lb: 'Allerhellgen' },
  armistice1918: { fr: 'Armistice de 1918', en: 'Armistice Day', de: 'Waffenstillstand 1918', lb: 'Armistice 1918' },
  christmas: { fr: 'Noël', en: 'Christmas Day', de: 'Weihnachten', lb: 'Chrëschtdag' },
  secondChristmas: { fr: 'Saint-Étienne', en: 'St Stephen’s Day', de: 'Stephanstag', lb: 'Stiefesdag' },
  epiphany: { fr: 'Épiphanie', en: 'Epiphany', de: 'Heilige Drei Könige', lb: 'Dräikinneksdag' },
  womensDay: {
    fr: 'Journée des femmes',
    en: 'Women’s Day',
    de: 'Internationaler Frauentag',
    lb: 'Internationale Fraendag',
  },
  easterSunday: { fr: 'Pâques', en: 'Easter Sunday', de: 'Ostersonntag', lb: 'Ouschtersonndeg' },
  whitSunday: { fr: 'Pentecôte', en: 'Whit Sunday', de: 'Pfingstsonntag', lb: 'Péngschtsonndeg' },
  corpusChristi: { fr: 'Fête-Dieu', en: 'Corpus Christi', de: 'Fronleichnam', lb: 'Fronleichnam' },
  childrensDay: { fr: 'Journée de l’enfance', en: 'Children’s Day', de: 'Weltkindertag', lb: 'Weltkannerdag' },
  germanUnity: {
    fr: 'Jour de l’Unité allemande',
    en: 'Day of German Unity',
    de: 'Tag der Deutschen Einheit',
    lb: 'Dag vun der Däitscher Eenheet',
  },
  reformation: { fr: 'Fête de la Réformation', en: 'Reformation Day', de: 'Reformationstag', lb: 'Reformatiounsdag' },
  repentance: { fr: 'Jour de pénitence', en: 'Day of Repentance', de: 'Buß- und Bettag', lb: 'Buss- a Biedsdag' },
};

/** The name of the kind; a custom kind of a site is its own name. */
export function kindName(kind: string, language: Language): string {
  return (KIND_NAMES as Record<string, Words | undefined>)[kind]?.[language] ?? kind;
}
