import type { Language } from '@alzette/kit/languages';

interface PageWords {
  readonly figure: string;
  readonly today: string;
  readonly results: string;
  readonly bands: string;
  readonly notSaid: string;
  readonly assumptions: string;
  readonly balanceName: string;
  balance(years: number): string;
  goal(variant: string, output: string, inTen: number): string;
  assumed(names: string): string;
  madeWith(draws: number, seed: number, rate: number): string;
}

const percent = (rate: number, language: Language) =>
  (rate * 100).toLocaleString(language, { maximumFractionDigits: 1 });

/** The fixed words of a scenario's page. */
export const PAGE_WORDS: { readonly [L in Language]: PageWords } = {
  fr: {
    figure: 'Chiffre',
    today: 'Comme aujourd’hui',
    results: 'Ce que chaque variante change',
    bands: 'Entre parenthèses : 9 chances sur 10 que la valeur se trouve entre ces bornes.',
    notSaid: 'Ce calcul ne dit pas…',
    assumptions: 'Hypothèses',
    balanceName: 'bilan',
    balance: (years) => `Bilan sur ${years} ans, €`,
    goal: (variant, output, inTen) => `${variant} : dans ${inTen} cas sur 10, le but est atteint (${output}).`,
    assumed: (names) => `Valeurs supposées, à confirmer par la collectivité : ${names}.`,
    madeWith: (draws, seed, rate) =>
      `${draws} tirages, graine ${seed}, taux d’actualisation réel ${percent(rate, 'fr')} %.`,
  },
  en: {
    figure: 'Figure',
    today: 'As today',
    results: 'What each variant changes',
    bands: 'In brackets: in 9 cases of 10 the value lies between these ends.',
    notSaid: 'This calculation does not say…',
    assumptions: 'Assumptions',
    balanceName: 'balance',
    balance: (years) => `Balance over ${years} years, €`,
    goal: (variant, output, inTen) => `${variant}: in ${inTen} cases of 10 the goal is reached (${output}).`,
    assumed: (names) => `Assumed values, to be confirmed by the community: ${names}.`,
    madeWith: (draws, seed, rate) => `${draws} draws, seed ${seed}, real discount rate ${percent(rate, 'en')} %.`,
  },
  de: {
    figure: 'Zahl',
    today: 'Wie heute',
    results: 'Was jede Variante ändert',
    bands: 'In Klammern: in 9 von 10 Fällen liegt der Wert zwischen diesen Grenzen.',
    notSaid: 'Diese Rechnung sagt nicht…',
    assumptions: 'Annahmen',
    balanceName: 'Bilanz',
    balance: (years) => `Bilanz über ${years} Jahre, €`,
    goal: (variant, output, inTen) => `${variant}: in ${inTen} von 10 Fällen ist das Ziel erreicht (${output}).`,
    assumed: (names) => `Angenommene Werte, von der Gemeinde zu bestätigen: ${names}.`,
    madeWith: (draws, seed, rate) =>
      `${draws} Ziehungen, Startwert ${seed}, realer Diskontsatz ${percent(rate, 'de')} %.`,
  },
  lb: {
    figure: 'Zuel',
    today: 'Wéi haut',
    results: 'Wat all Variant ännert',
    bands: 'A Klammeren: an 9 vun 10 Fäll läit de Wäert tëscht dëse Grenzen.',
    notSaid: 'Dës Rechnung seet net…',
    assumptions: 'Unhuelen',
    balanceName: 'Bilan',
    balance: (years) => `Bilan iwwer ${years} Joer, €`,
    goal: (variant, output, inTen) => `${variant}: an ${inTen} vun 10 Fäll ass d’Zil erreecht (${output}).`,
    assumed: (names) => `Ugeholl Wäerter, vun der Gemeng ze bestätegen: ${names}.`,
    madeWith: (draws, seed, rate) =>
      `${draws} Zéiungen, Startwäert ${seed}, reellen Diskontsaz ${percent(rate, 'lb')} %.`,
  },
};
