import type { AiUse } from '@alzette/kit/ai-uses';

type Declared = Omit<AiUse, 'switched'>;

const METHOD: Declared['method'] = {
  fr: 'Cinq méthodes sont essayées sur le passé de chaque série : dernière valeur, même heure une semaine avant, moyenne de cette heure sur quatre semaines ou sur toutes, lissage exponentiel saisonnier (Holt-Winters). La meilleure est retenue, la plus simple si aucune ne la bat. L’intervalle vient des erreurs passées et contient huit valeurs sur dix.',
  en: 'Five methods are tried on each series’ own past: last value, same hour a week before, mean of that hour over four weeks or over all, seasonal exponential smoothing (Holt-Winters). The best is used, the plain one where none beats it. The interval comes from past errors and holds eight values of ten.',
  de: 'Fünf Verfahren werden an der Vergangenheit jeder Reihe erprobt: letzter Wert, gleiche Stunde der Vorwoche, Mittel dieser Stunde über vier oder alle Wochen, saisonale exponentielle Glättung (Holt-Winters). Das beste wird verwendet, das einfache, wenn keines es schlägt. Das Intervall stammt aus früheren Fehlern und enthält acht von zehn Werten.',
  lb: 'Fënnef Methode gi mat der Vergaangenheet vun all Rei probéiert: leschte Wäert, selwecht Stonn eng Woch virdrun, Moyenne vun där Stonn iwwer véier oder all Wochen, saisonal exponentiell Glättung (Holt-Winters). Déi bescht gëtt geholl, déi einfach wa keng besser ass. Den Intervall kënnt aus de Feeler vu virdrun an hält aacht vun zéng Wäerter.',
};

const RISK: Pick<Declared, 'risk' | 'riskReason'> = {
  risk: 'minimal',
  riskReason: {
    fr: 'Prévoit des grandeurs techniques ; ne concerne pas de personnes et ne décide de rien.',
    en: 'Forecasts technical quantities; it concerns no persons and decides nothing.',
    de: 'Sagt technische Größen voraus; betrifft keine Personen und entscheidet nichts.',
    lb: 'Gesäit technesch Gréissten vir; et geet ëm keng Persounen an et decidéiert näischt.',
  },
};

/** The uses of AI that make forecasts. */
export const FORECAST_USES: readonly Declared[] = [
  {
    name: 'fill-forecast',
    title: {
      fr: 'Prévision du remplissage des conteneurs',
      en: 'Forecast of the filling of containers',
      de: 'Vorhersage der Füllung von Containern',
      lb: 'Virausso vun der Fëllung vu Containeren',
    },
    purpose: {
      fr: 'Savoir sept jours à l’avance quels conteneurs seront pleins, avec la marge d’erreur.',
      en: 'To know seven days ahead which containers will be full, with the margin of error.',
      de: 'Sieben Tage im Voraus wissen, welche Container voll sein werden, mit Fehlerspanne.',
      lb: 'Siwen Deeg am Viraus wëssen, wéi eng Containere voll sinn, mat der Feelermarge.',
    },
    data: {
      fr: 'Niveaux mesurés de chaque conteneur sur dix semaines, jours fériés. Aucune donnée personnelle.',
      en: 'Measured levels of each container over ten weeks, public holidays. No personal data.',
      de: 'Gemessene Füllstände jedes Containers über zehn Wochen, Feiertage. Keine personenbezogenen Daten.',
      lb: 'Gemoossen Niveaue vun all Container iwwer zéng Wochen, Feierdeeg. Keng perséinlech Donnéeën.',
    },
    method: METHOD,
    ...RISK,
  },
  {
    name: 'energy-forecast',
    title: {
      fr: 'Prévision de l’énergie de l’éclairage et des bâtiments',
      en: 'Forecast of the energy of lighting and buildings',
      de: 'Vorhersage der Energie von Beleuchtung und Gebäuden',
      lb: 'Virausso vun der Energie vun der Beliichtung a vun de Gebaier',
    },
    purpose: {
      fr: 'Voir la consommation des deux jours à venir, heure par heure, et ce qui s’en écarte.',
      en: 'To see the use of the next two days hour by hour, and what departs from it.',
      de: 'Den Verbrauch der nächsten zwei Tage Stunde für Stunde sehen, und was davon abweicht.',
      lb: 'De Verbrauch vun den nächsten zwee Deeg Stonn fir Stonn gesinn, a wat dovun ofwäicht.',
    },
    data: {
      fr: 'Index des compteurs des bâtiments publics, puissance des armoires d’éclairage sur dix semaines, jours fériés. Aucune donnée personnelle.',
      en: 'Readings of meters of public buildings, power of lighting cabinets over ten weeks, public holidays. No personal data.',
      de: 'Zählerstände öffentlicher Gebäude, Leistung der Beleuchtungsschränke über zehn Wochen, Feiertage. Keine personenbezogenen Daten.',
      lb: 'Zielerstänn vun ëffentleche Gebaier, Leeschtung vun de Beliichtungsschief iwwer zéng Wochen, Feierdeeg. Keng perséinlech Donnéeën.',
    },
    method: METHOD,
    ...RISK,
  },
  {
    name: 'occupancy-forecast',
    title: {
      fr: 'Prévision des places libres',
      en: 'Forecast of free places',
      de: 'Vorhersage freier Plätze',
      lb: 'Virausso vun de fräie Plazen',
    },
    purpose: {
      fr: 'Prévoir les places libres des parkings et des bornes de recharge sur deux jours.',
      en: 'To foresee free places in car parks and at charging stations for two days.',
      de: 'Freie Plätze in Parkhäusern und an Ladestationen zwei Tage im Voraus sehen.',
      lb: 'Fräi Plazen op de Parkingen an de Luedstatiounen zwee Deeg am Viraus gesinn.',
    },
    data: {
      fr: 'Nombre de places libres mesuré sur dix semaines, jours fériés. Aucune donnée personnelle.',
      en: 'Measured number of free places over ten weeks, public holidays. No personal data.',
      de: 'Gemessene Zahl freier Plätze über zehn Wochen, Feiertage. Keine personenbezogenen Daten.',
      lb: 'Gemoossen Zuel vu fräie Plazen iwwer zéng Wochen, Feierdeeg. Keng perséinlech Donnéeën.',
    },
    method: METHOD,
    ...RISK,
  },
];
