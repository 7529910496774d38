/** The languages in which quantities are written. */
export type QuantityLanguage = 'fr' | 'en' | 'de' | 'lb';

/** A value as a person reads it: `26,7` and `%`, `400` and `logements`, `115` and `W/lampe`. */
export interface QuantityText {
  readonly number: string;
  /** Empty: a plain number. */
  readonly unit: string;
  /** Both, with a blank that does not break. */
  readonly text: string;
}

/** A share of 1, which is shown in percent; and points of percent. Both are plain numbers in formulas. */
export const PLAIN_UNITS = ['1', 'share', 'points'] as const;

/** Names in units that are words, one and many. */
type Forms = readonly [one: string, many: string];
const WORDS: Readonly<Record<string, Readonly<Record<QuantityLanguage, Forms>>>> = {
  yr: { fr: ['an', 'ans'], en: ['year', 'years'], de: ['Jahr', 'Jahre'], lb: ['Joer', 'Joer'] },
  day: { fr: ['jour', 'jours'], en: ['day', 'days'], de: ['Tag', 'Tage'], lb: ['Dag', 'Deeg'] },
  week: { fr: ['semaine', 'semaines'], en: ['week', 'weeks'], de: ['Woche', 'Wochen'], lb: ['Woch', 'Wochen'] },
  person: {
    fr: ['personne', 'personnes'],
    en: ['person', 'people'],
    de: ['Person', 'Personen'],
    lb: ['Persoun', 'Persounen'],
  },
  dwelling: {
    fr: ['logement', 'logements'],
    en: ['home', 'homes'],
    de: ['Wohnung', 'Wohnungen'],
    lb: ['Wunneng', 'Wunnengen'],
  },
  pupil: { fr: ['élève', 'élèves'], en: ['pupil', 'pupils'], de: ['Schüler', 'Schüler'], lb: ['Schüler', 'Schüler'] },
  class: { fr: ['classe', 'classes'], en: ['class', 'classes'], de: ['Klasse', 'Klassen'], lb: ['Klass', 'Klassen'] },
  tree: { fr: ['arbre', 'arbres'], en: ['tree', 'trees'], de: ['Baum', 'Bäume'], lb: ['Bam', 'Beem'] },
  vehicle: {
    fr: ['véhicule', 'véhicules'],
    en: ['vehicle', 'vehicles'],
    de: ['Fahrzeug', 'Fahrzeuge'],
    lb: ['Gefier', 'Gefierer'],
  },
  rider: {
    fr: ['voyageur', 'voyageurs'],
    en: ['rider', 'riders'],
    de: ['Fahrgast', 'Fahrgäste'],
    lb: ['Passagéier', 'Passagéier'],
  },
  departure: {
    fr: ['départ', 'départs'],
    en: ['departure', 'departures'],
    de: ['Abfahrt', 'Abfahrten'],
    lb: ['Ofaart', 'Ofaarten'],
  },
  trip: { fr: ['trajet', 'trajets'], en: ['trip', 'trips'], de: ['Weg', 'Wege'], lb: ['Wee', 'Weeër'] },
  lamp: { fr: ['lampe', 'lampes'], en: ['lamp', 'lamps'], de: ['Lampe', 'Lampen'], lb: ['Luucht', 'Luuchten'] },
  session: {
    fr: ['charge', 'charges'],
    en: ['session', 'sessions'],
    de: ['Ladung', 'Ladungen'],
    lb: ['Luedung', 'Luedungen'],
  },
  charger: {
    fr: ['point de charge', 'points de charge'],
    en: ['charging point', 'charging points'],
    de: ['Ladepunkt', 'Ladepunkte'],
    lb: ['Luedpunkt', 'Luedpunkten'],
  },
  act: { fr: ['fait', 'faits'], en: ['act', 'acts'], de: ['Tat', 'Taten'], lb: ['Dot', 'Doten'] },
  job: {
    fr: ['emploi', 'emplois'],
    en: ['job', 'jobs'],
    de: ['Arbeitsplatz', 'Arbeitsplätze'],
    lb: ['Plaz', 'Plazen'],
  },
  round: { fr: ['tournée', 'tournées'], en: ['round', 'rounds'], de: ['Tour', 'Touren'], lb: ['Tour', 'Touren'] },
  container: {
    fr: ['conteneur', 'conteneurs'],
    en: ['container', 'containers'],
    de: ['Behälter', 'Behälter'],
    lb: ['Container', 'Containeren'],
  },
  points: { fr: ['point', 'points'], en: ['point', 'points'], de: ['Punkt', 'Punkte'], lb: ['Punkt', 'Punkten'] },
};
const SIGNS: Readonly<Record<string, string>> = {
  K: '°C',
  EUR: '€',
  kgCO2e: 'kg CO₂e',
  tCO2e: 't CO₂e',
  kWhPCI: 'kWh PCI',
  MWhPCS: 'MWh PCS',
  kWp: 'kWp',
};
const SIGNIFICANT = 3;
const NAME = /\p{L}[\p{L}\p{N}]*/gu;

/**
 * How a value with a unit is shown, everywhere: pages, printed pages and data for people. Three significant digits:
 * more would pretend to know.
 *
 * @param unit as in documents: `1`, `share`, `kWh/m^2/yr`
 */
export function quantityText(value: number, unit: string, language: QuantityLanguage): QuantityText {
  const shown = unit === 'share' ? value * 100 : value;
  const number = rounded(shown, language);
  const named = unitName(unit, language, isOne(shown, language));
  return { number, unit: named, text: named === '' ? number : `${number}\u00a0${named}` };
}

/** The name of a unit, for many unless told otherwise: `kWh/m²/an`. Below a stroke there is always one. */
export function unitName(unit: string, language: QuantityLanguage, isSingle = false): string {
  if (unit === '1') return '';
  if (unit === 'share') return '%';
  const [above = '', ...below] = unit.split('/');
  const word = (name: string, form: 0 | 1) => WORDS[name]?.[language][form] ?? SIGNS[name] ?? name;
  const written = [
    above === '1' ? '1' : above.replace(NAME, (name) => word(name, isSingle ? 0 : 1)),
    ...below.map((part) => part.replace(NAME, (name) => word(name, 0))),
  ].join('/');
  return written.replaceAll('^2', '²').replaceAll('^3', '³').replaceAll('*', '·');
}

function rounded(value: number, language: QuantityLanguage): string {
  const exact = Number(value.toPrecision(SIGNIFICANT));
  // Of a large number all digits before the point are written.
  return new Intl.NumberFormat(localeOf(language), { maximumSignificantDigits: SIGNIFICANT }).format(exact);
}

/** French counts 1.5 as one, English does not. */
function isOne(value: number, language: QuantityLanguage): boolean {
  return new Intl.PluralRules(localeOf(language)).select(Math.abs(value)) === 'one';
}

/** The runtime may know no Luxembourgish; its numbers are written as in German. */
function localeOf(language: QuantityLanguage): string {
  return { fr: 'fr-FR', en: 'en-GB', de: 'de-DE', lb: 'de-LU' }[language];
}
