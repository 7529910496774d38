import type { Language, LanguageMap } from '@alzette/kit/languages';
import type { WaterLevel, WaterParameter, WaterUse } from './water-levels.ts';

type Words = Required<LanguageMap>;
type ByLevel = { readonly [level in WaterLevel]: Words };

const LABELS: { readonly [use in WaterUse]: ByLevel } = {
  bathing: {
    1: { fr: 'Bonne', en: 'Good', de: 'Gut', lb: 'Gutt' },
    2: { fr: 'Moyenne', en: 'Fair', de: 'Mittel', lb: 'Mëttel' },
    3: { fr: 'Mauvaise', en: 'Poor', de: 'Schlecht', lb: 'Schlecht' },
  },
  drinking: {
    1: { fr: 'Conforme', en: 'Meets the limits', de: 'Einwandfrei', lb: 'Konform' },
    2: {
      fr: 'Hors référence',
      en: 'Outside the reference',
      de: 'Außerhalb des Richtwerts',
      lb: 'Ausserhalb vum Richtwäert',
    },
    3: { fr: 'Non conforme', en: 'Over a limit', de: 'Grenzwert überschritten', lb: 'Grenzwäert iwwerschratt' },
  },
};

const ADVICE: { readonly [use in WaterUse]: ByLevel } = {
  bathing: {
    1: {
      fr: 'La dernière analyse permet la baignade.',
      en: 'By the last analysis, the water is fit for bathing.',
      de: 'Nach der letzten Analyse kann gebadet werden.',
      lb: 'No der leschter Analys kann ee schwammen.',
    },
    2: {
      fr: 'Baignade possible. Évitez d’avaler de l’eau, et de vous baigner les jours qui suivent un orage.',
      en: 'Bathing is possible. Do not swallow water, and stay out on the days after a thunderstorm.',
      de: 'Baden ist möglich. Kein Wasser schlucken, und in den Tagen nach einem Gewitter nicht baden.',
      lb: 'Schwammen ass méiglech. Schléckt kee Waasser, a gitt an den Deeg no engem Donnerwieder net schwammen.',
    },
    3: {
      fr: 'Ne vous baignez pas. Suivez l’affichage sur place.',
      en: 'Do not bathe. Follow the signs on the site.',
      de: 'Nicht baden. Die Hinweise vor Ort beachten.',
      lb: 'Gitt net schwammen. Follegt den Uweisungen op der Plaz.',
    },
  },
  drinking: {
    1: {
      fr: 'L’eau peut être bue par tous.',
      en: 'Everybody can drink the water.',
      de: 'Das Wasser kann von allen getrunken werden.',
      lb: 'Jidderee kann d’Waasser drénken.',
    },
    2: {
      fr: 'L’eau peut être bue. L’exploitant doit chercher la cause de l’écart.',
      en: 'The water can be drunk. The operator has to find out why it differs.',
      de: 'Das Wasser kann getrunken werden. Der Betreiber muss die Ursache der Abweichung finden.',
      lb: 'D’Waasser kann gedronk ginn. De Bedreiwer muss d’Ursaach vun der Ofwäichung fannen.',
    },
    3: {
      fr: 'Suivez les consignes de la commune avant de boire l’eau, surtout pour les nourrissons et les femmes enceintes.',
      en: 'Follow what the commune says before you drink the water, above all for infants and during pregnancy.',
      de: 'Vor dem Trinken die Hinweise der Gemeinde beachten, vor allem für Säuglinge und Schwangere.',
      lb: 'Kuckt wat d’Gemeng seet éier Dir d’Waasser drénkt, virun allem fir Puppelcher a schwanger Fraen.',
    },
  },
};

export const PARAMETER_NAMES: { readonly [parameter in WaterParameter]: Words } = {
  escherichiaColi: { fr: 'Escherichia coli', en: 'Escherichia coli', de: 'Escherichia coli', lb: 'Escherichia coli' },
  enterococci: {
    fr: 'Entérocoques intestinaux',
    en: 'Intestinal enterococci',
    de: 'Intestinale Enterokokken',
    lb: 'Intestinal Enterokokken',
  },
  NO3: { fr: 'Nitrates', en: 'Nitrate', de: 'Nitrat', lb: 'Nitrat' },
  NO2: { fr: 'Nitrites', en: 'Nitrite', de: 'Nitrit', lb: 'Nitrit' },
  turbidity: { fr: 'Turbidité', en: 'Turbidity', de: 'Trübung', lb: 'Triibheet' },
  pH: { fr: 'pH', en: 'pH', de: 'pH-Wert', lb: 'pH-Wäert' },
  temperature: { fr: 'Température', en: 'Temperature', de: 'Temperatur', lb: 'Temperatur' },
};

const SOURCES: { readonly [use in WaterUse]: { readonly name: Words; readonly url: string } } = {
  bathing: {
    name: {
      fr: 'Seuils français d’un prélèvement en eau douce (directive 2006/7/CE)',
      en: 'French thresholds for a sample of inland water (Directive 2006/7/EC)',
      de: 'Französische Schwellen für eine Probe aus Binnengewässern (Richtlinie 2006/7/EG)',
      lb: 'Franséisch Schwelle fir eng Prouf aus Séisswaasser (Direktiv 2006/7/EG)',
    },
    url: 'https://baignades.sante.gouv.fr',
  },
  drinking: {
    name: {
      fr: 'Limites et références de qualité : arrêté du 11 janvier 2007 (directive 2020/2184)',
      en: 'Quality limits and references: French order of 11 January 2007 (Directive 2020/2184)',
      de: 'Grenz- und Richtwerte: französischer Erlass vom 11. Januar 2007 (Richtlinie 2020/2184)',
      lb: 'Grenz- a Richtwäerter: franséischen Arrêté vum 11. Januar 2007 (Direktiv 2020/2184)',
    },
    url: 'https://www.eaudepotable.sante.gouv.fr',
  },
};

/** A level with its text. */
export function shownLevel(use: WaterUse, level: WaterLevel, language: Language) {
  return { level, label: LABELS[use][level][language], advice: ADVICE[use][level][language] };
}

/** The source of the thresholds of each use. */
export function shownSources(language: Language) {
  return (['bathing', 'drinking'] as const).map((use) => ({
    use,
    name: SOURCES[use].name[language],
    url: SOURCES[use].url,
  }));
}
