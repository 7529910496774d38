export interface DemoFile {
  readonly flow: string;
  readonly name: string;
  readonly vintage: number;
  /** The year of the values, if the file does not tell. */
  readonly period?: string;
}

/** The inhabitants of 200 m cells; larger than the others. */
export const GRID: DemoFile = {
  flow: 'insee-grid',
  name: 'carreaux_200m_met.csv',
  vintage: 2024,
  period: '2021',
};

/** The files of the demo in the order of their import: the form of the real ones, with invented values. */
export const FILES: readonly DemoFile[] = [
  { flow: 'insee-population', name: 'donnees_communes_2017.csv', vintage: 2019, period: '2017' },
  { flow: 'insee-population', name: 'donnees_communes_2022.csv', vintage: 2024, period: '2022' },
  { flow: 'insee-housing', name: 'base-cc-logement-2021.CSV', vintage: 2024 },
  { flow: 'insee-jobs', name: 'base-cc-emploi-pop-active-2021.CSV', vintage: 2024 },
  { flow: 'insee-income', name: 'cc_filosofi_2021_COM.csv', vintage: 2024 },
  { flow: 'ssmsi-crime', name: 'donnee-comm-data.gouv-parquet-2024.csv', vintage: 2025 },
  { flow: 'ore-energy', name: 'conso-elec-gaz-annuelle-par-commune.csv', vintage: 2024 },
  { flow: 'sitadel-permits', name: 'Liste-des-autorisations-logements.csv', vintage: 2024 },
  { flow: 'education-pupils', name: 'fr-en-ecoles-effectifs-nb_classes.csv', vintage: 2024 },
];
