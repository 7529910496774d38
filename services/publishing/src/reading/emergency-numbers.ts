import type { EmergencyNumbers } from '../contract/citizen.ts';
import type { Language, LanguageMap } from '../ports.ts';

type EmergencyNumber = Omit<EmergencyNumbers['numbers'][number], 'name'> & { readonly name: LanguageMap };

/** The national numbers on all sides of the borders. */
const NUMBERS: readonly EmergencyNumber[] = [
  {
    number: '112',
    country: 'FR',
    name: {
      fr: 'Urgences (toute l’Europe)',
      en: 'Emergencies (all Europe)',
      de: 'Notruf (ganz Europa)',
      lb: 'Noutruff (ganz Europa)',
    },
  },
  {
    number: '15',
    country: 'FR',
    name: {
      fr: 'SAMU : urgence médicale',
      en: 'SAMU: medical emergency',
      de: 'SAMU: medizinischer Notfall',
      lb: 'SAMU: medezineschen Noutfall',
    },
  },
  {
    number: '17',
    country: 'FR',
    name: {
      fr: 'Police et gendarmerie',
      en: 'Police and gendarmerie',
      de: 'Polizei und Gendarmerie',
      lb: 'Police a Gendarmerie',
    },
  },
  {
    number: '18',
    country: 'FR',
    name: { fr: 'Sapeurs-pompiers', en: 'Fire brigade', de: 'Feuerwehr', lb: 'Pompjeeën' },
  },
  {
    number: '114',
    country: 'FR',
    bySms: true,
    name: {
      fr: 'Urgences par SMS, visio ou tchat',
      en: 'Emergencies by text, video or chat',
      de: 'Notruf per SMS, Video oder Chat',
      lb: 'Noutruff per SMS, Video oder Chat',
    },
  },
  {
    number: '3919',
    country: 'FR',
    name: {
      fr: 'Violences faites aux femmes',
      en: 'Violence against women',
      de: 'Gewalt gegen Frauen',
      lb: 'Gewalt géint Fraen',
    },
  },
  {
    number: '119',
    country: 'FR',
    name: { fr: 'Enfance en danger', en: 'Children in danger', de: 'Kinder in Gefahr', lb: 'Kanner a Gefor' },
  },
  {
    number: '3114',
    country: 'FR',
    name: { fr: 'Prévention du suicide', en: 'Suicide prevention', de: 'Suizidprävention', lb: 'Suizidpreventioun' },
  },
  {
    number: '112',
    country: 'LU',
    bySms: true,
    name: {
      fr: 'Luxembourg : urgences et pompiers',
      en: 'Luxembourg: emergencies and fire brigade',
      de: 'Luxemburg: Notruf und Feuerwehr',
      lb: 'Lëtzebuerg: Noutruff a Pompjeeën',
    },
  },
  {
    number: '113',
    country: 'LU',
    name: { fr: 'Luxembourg : police', en: 'Luxembourg: police', de: 'Luxemburg: Polizei', lb: 'Lëtzebuerg: Police' },
  },
  {
    number: '112',
    country: 'DE',
    name: {
      fr: 'Allemagne : pompiers et secours',
      en: 'Germany: fire brigade and rescue',
      de: 'Deutschland: Feuerwehr und Rettungsdienst',
      lb: 'Däitschland: Pompjeeën a Rettungsdéngscht',
    },
  },
  {
    number: '110',
    country: 'DE',
    name: { fr: 'Allemagne : police', en: 'Germany: police', de: 'Deutschland: Polizei', lb: 'Däitschland: Police' },
  },
  {
    number: '116117',
    country: 'DE',
    name: {
      fr: 'Allemagne : médecin de garde',
      en: 'Germany: doctor on call',
      de: 'Deutschland: ärztlicher Bereitschaftsdienst',
      lb: 'Däitschland: Bereetschaftsdokter',
    },
  },
];

/** Those of the country first. */
export function emergencyNumbers(country: string, language: Language): EmergencyNumbers['numbers'] {
  const own = NUMBERS.filter((each) => each.country === country);
  return [...own, ...NUMBERS.filter((each) => each.country !== country)].map(({ name, ...number }) => ({
    ...number,
    name: name[language] ?? name.fr,
  }));
}
