import type { LegalFinding } from '../contract/contract.ts';

export type PdfLanguage = 'fr' | 'en';

/** The texts of a scenario's PDF. */
export interface ScenarioWords {
  readonly title: string;
  readonly territory: string;
  readonly simulatedAt: string;
  readonly author: string;
  readonly results: string;
  readonly hypotheses: string;
  readonly months: string;
  readonly law: string;
  readonly noFinding: string;
  readonly findings: Readonly<Record<LegalFinding['rule'], string>>;
  readonly sources: string;
  readonly figure: string;
  readonly value: string;
  readonly range: string;
  readonly month: string;
  readonly lamps: string;
  readonly installedPower: string;
  readonly period: string;
  readonly nights: string;
  readonly burningHours: string;
  readonly equivalentHours: string;
  readonly energy: string;
  readonly reference: string;
  readonly referenceName: string;
  readonly saving: string;
  readonly cost: string;
  readonly savedCost: string;
  readonly co2: string;
  readonly savedCo2: string;
  readonly factor: string;
  readonly formula: string;
  readonly warning: string;
  readonly withoutPower: string;
  readonly from: string;
}

export const WORDS: Readonly<Record<PdfLanguage, ScenarioWords>> = {
  fr: {
    title: 'Simulation d’éclairage public',
    territory: 'Territoire',
    simulatedAt: 'Calculée le',
    author: 'Auteur',
    results: 'Résultats',
    hypotheses: 'Hypothèses',
    months: 'Énergie par mois',
    law: 'Arrêté du 27 décembre 2018',
    noFinding:
      "Aucun écart relevé sur ce qui est contrôlé : température de couleur, heures d'allumage et d'extinction.",
    findings: {
      colourTemperature: 'température de couleur au-dessus de 3 000 K, nombre de points',
      onBeforeSunset: 'allumage avant le coucher du soleil',
      offInTheNight: "pas d'extinction à l'heure demandée, programme",
    },
    sources: 'Formule et sources',
    figure: 'Grandeur',
    value: 'Valeur',
    range: 'Fourchette',
    month: 'Mois',
    lamps: 'Points lumineux',
    installedPower: 'Puissance installée (kW)',
    period: 'Période',
    nights: 'Nuits',
    burningHours: "Heures d'allumage",
    equivalentHours: 'Heures équivalentes à pleine lumière',
    energy: 'Énergie (kWh)',
    reference: 'Énergie de référence (kWh)',
    referenceName: 'Référence',
    saving: "Économie d'énergie",
    cost: 'Coût (€)',
    savedCost: 'Coût évité (€)',
    co2: 'Émissions (kg CO2)',
    savedCo2: 'Émissions évitées (kg CO2)',
    factor: 'Facteur CO2 (kg/kWh)',
    formula: 'Formule',
    warning:
      'Ces chiffres sont une simulation. La fourchette tient compte des pertes des alimentations et du prix, non des pannes ni de la météo.',
    withoutPower: 'Points de puissance inconnue',
    from: 'Données de la simulation',
  },
  en: {
    title: 'Simulation of street lighting',
    territory: 'Territory',
    simulatedAt: 'Computed on',
    author: 'Author',
    results: 'Results',
    hypotheses: 'Assumptions',
    months: 'Energy by month',
    law: 'Order of 27 December 2018',
    noFinding: 'No deviation in what is checked: colour temperature, times of switching on and off.',
    findings: {
      colourTemperature: 'colour temperature above 3,000 K, number of points',
      onBeforeSunset: 'lit before sunset',
      offInTheNight: 'not out at the hour that is asked for, programme',
    },
    sources: 'Formula and sources',
    figure: 'Figure',
    value: 'Value',
    range: 'Range',
    month: 'Month',
    lamps: 'Light points',
    installedPower: 'Installed power (kW)',
    period: 'Period',
    nights: 'Nights',
    burningHours: 'Burning hours',
    equivalentHours: 'Equivalent hours at full light',
    energy: 'Energy (kWh)',
    reference: 'Energy of the reference (kWh)',
    referenceName: 'Reference',
    saving: 'Energy saving',
    cost: 'Cost (€)',
    savedCost: 'Saved cost (€)',
    co2: 'Emissions (kg CO2)',
    savedCo2: 'Saved emissions (kg CO2)',
    factor: 'CO2 factor (kg/kWh)',
    formula: 'Formula',
    warning:
      'These figures are a simulation. The range takes in the losses of drivers and the price, not failures or weather.',
    withoutPower: 'Points of unknown power',
    from: 'What was simulated',
  },
};
