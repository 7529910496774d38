import type { Language, LanguageMap } from '@alzette/kit/languages';
import { type AirIndex, COLOURS, type Level, type Pollutant } from './air-index.ts';

type Words = Required<LanguageMap>;

/**
 * The levels of both indices, which have the same rank and colour, so that one page does not give two words for one level.
 * French: the order of 10 July 2020. English: the European Environment Agency. German: the geoportal of the Greater
 * Region ("gut" to "extrem schlecht") and the Umweltbundesamt ("mäßig", "schlecht", "sehr schlecht"); "Befriedigend" and
 * the Luxembourgish words are our translations.
 */
const LEVELS: { readonly [level in Level]: Words } = {
  1: { fr: 'Bon', en: 'Good', de: 'Gut', lb: 'Gutt' },
  2: { fr: 'Moyen', en: 'Fair', de: 'Befriedigend', lb: 'Zefriddestellend' },
  3: { fr: 'Dégradé', en: 'Moderate', de: 'Mäßig', lb: 'Mëttelméisseg' },
  4: { fr: 'Mauvais', en: 'Poor', de: 'Schlecht', lb: 'Schlecht' },
  5: { fr: 'Très mauvais', en: 'Very poor', de: 'Sehr schlecht', lb: 'Ganz schlecht' },
  6: { fr: 'Extrêmement mauvais', en: 'Extremely poor', de: 'Extrem schlecht', lb: 'Extrem schlecht' },
};

const ADVICE: { readonly [level in Level]: Words } = {
  1: {
    fr: 'Profitez de vos activités habituelles.',
    en: 'Enjoy your usual activities.',
    de: 'Üben Sie Ihre gewohnten Aktivitäten aus.',
    lb: 'Maacht är gewinnt Aktivitéiten.',
  },
  2: {
    fr: 'Profitez de vos activités habituelles.',
    en: 'Enjoy your usual activities.',
    de: 'Üben Sie Ihre gewohnten Aktivitäten aus.',
    lb: 'Maacht är gewinnt Aktivitéiten.',
  },
  3: {
    fr: 'Personnes vulnérables : limitez les efforts intenses dehors si vous ressentez une gêne.',
    en: 'Vulnerable people: do less that is strenuous outdoors if you feel discomfort.',
    de: 'Empfindliche Personen: bei Beschwerden anstrengende Tätigkeiten im Freien einschränken.',
    lb: 'Empfindlech Leit: wann Dir eppes spiert, maacht dobausse manner Ustrengendes.',
  },
  4: {
    fr: 'Réduisez les efforts intenses dehors ; personnes vulnérables, évitez-les, ainsi que les axes routiers.',
    en: 'Do less that is strenuous outdoors; vulnerable people, avoid it, and main roads.',
    de: 'Anstrengendes im Freien einschränken; empfindliche Personen: meiden, ebenso Hauptstraßen.',
    lb: 'Maacht dobausse manner Ustrengendes; empfindlech Leit: evitéiert et, an déi grouss Stroossen.',
  },
  5: {
    fr: 'Évitez les efforts intenses dehors ; personnes vulnérables, reportez les sorties et demandez conseil à un médecin.',
    en: 'Avoid strenuous activity outdoors; vulnerable people, put off going out and ask a doctor for advice.',
    de: 'Anstrengendes im Freien meiden; empfindliche Personen: Ausgänge verschieben, ärztlichen Rat einholen.',
    lb: 'Evitéiert Ustrengendes dobaussen; empfindlech Leit: gitt net eraus a frot en Dokter ëm Rot.',
  },
  6: {
    fr: 'Restez à l’intérieur autant que possible et suivez les consignes de la préfecture.',
    en: 'Stay indoors as much as you can and follow what the authorities advise.',
    de: 'Möglichst im Haus bleiben und den Anweisungen der Behörden folgen.',
    lb: 'Bleift sou vill wéi méiglech dobannen a follegt den Uweisunge vun den Autoritéiten.',
  },
};

export const POLLUTANT_NAMES: { readonly [pollutant in Pollutant]: Words } = {
  no2: { fr: 'Dioxyde d’azote', en: 'Nitrogen dioxide', de: 'Stickstoffdioxid', lb: 'Stéckstoffdioxid' },
  o3: { fr: 'Ozone', en: 'Ozone', de: 'Ozon', lb: 'Ozon' },
  pm10: { fr: 'Particules PM10', en: 'Particles PM10', de: 'Feinstaub PM10', lb: 'Feinstëbs PM10' },
  pm25: { fr: 'Particules PM2,5', en: 'Particles PM2.5', de: 'Feinstaub PM2,5', lb: 'Feinstëbs PM2,5' },
  so2: { fr: 'Dioxyde de soufre', en: 'Sulphur dioxide', de: 'Schwefeldioxid', lb: 'Schwiefeldioxid' },
};

/** An index with texts for people. */
export function shownIndex({ scheme, level, pollutant }: AirIndex, language: Language) {
  return {
    scheme,
    level,
    label: LEVELS[level][language],
    colour: COLOURS[level],
    pollutant,
    advice: ADVICE[level][language],
  };
}

/** The official source of the levels of each index. */
const SOURCES: { readonly [scheme in AirIndex['scheme']]: { readonly name: Words; readonly url: string } } = {
  ATMO: {
    name: {
      fr: 'Indice ATMO : arrêté du 10 juillet 2020',
      en: 'ATMO index: French order of 10 July 2020',
      de: 'ATMO-Index: französischer Erlass vom 10. Juli 2020',
      lb: 'ATMO-Index: franséischen Arrêté vum 10. Juli 2020',
    },
    url: 'https://www.atmo-france.org',
  },
  EAQI: {
    name: {
      fr: 'Indice européen : Agence européenne pour l’environnement, 2024',
      en: 'European index: European Environment Agency, 2024',
      de: 'Europäischer Index: Europäische Umweltagentur, 2024',
      lb: 'Europäeschen Index: Europäesch Ëmweltagence, 2024',
    },
    url: 'https://airindex.eea.europa.eu',
  },
};

/** The levels of both indices in words and official colours, best first, with their source. */
export function shownScales(language: Language) {
  return (['ATMO', 'EAQI'] as const).map((scheme) => ({
    scheme,
    source: { name: SOURCES[scheme].name[language], url: SOURCES[scheme].url },
    levels: ([1, 2, 3, 4, 5, 6] as const).map((level) => ({
      level,
      label: LEVELS[level][language],
      colour: COLOURS[level],
    })),
  }));
}
