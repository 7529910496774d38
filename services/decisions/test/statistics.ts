import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually } from '@alzette/kit/testing';
import type { ServiceHost } from '../../../platform/test/support/service-host.ts';

const FILES = new URL('../../../demo/decisions/files/', import.meta.url);
/** A file of the demo. */
export const file = (name: string) => readFileSync(new URL(name, FILES));
export const CONTEXT = 'http://localhost:1026/contexts/territory/v1.jsonld';
export const CSV = { 'content-type': 'text/csv' };

/** Each flow with a file in its real form. */
export const ALL = [
  ['insee-population', 'donnees_communes_2017.csv', 2019, 2017],
  ['insee-population', 'donnees_communes_2022.csv', 2024, 2022],
  ['insee-housing', 'base-cc-logement-2021.CSV', 2024, undefined],
  ['insee-jobs', 'base-cc-emploi-pop-active-2021.CSV', 2024, undefined],
  ['insee-income', 'cc_filosofi_2021_COM.csv', 2024, undefined],
  ['insee-age-iris', 'base-ic-evol-struct-pop-2020.CSV', 2022, undefined],
  ['insee-grid', 'carreaux_200m_met.csv', 2023, 2021],
  ['ssmsi-crime', 'donnee-comm-data.gouv-parquet-2024.csv', 2025, undefined],
  ['ssmsi-crime-old', 'donnee-data.gouv-2023-commune.csv', 2024, undefined],
  ['ore-energy', 'conso-elec-gaz-annuelle-par-commune.csv', 2024, undefined],
  ['dvf-sales', 'dvf-geo-2024.csv', 2024, undefined],
  ['sitadel-permits', 'Liste-des-autorisations-logements.csv', 2024, undefined],
  ['education-pupils', 'fr-en-ecoles-effectifs-nb_classes.csv', 2024, undefined],
  ['statec-population', 'statec-population.csv', 2024, undefined],
] as const;

/** Imports a file, and waits for it. */
export async function importFile(
  { app, ask }: ServiceHost,
  flow: string,
  body: Buffer | string,
  { vintage, period }: { readonly vintage: number; readonly period?: number | undefined },
) {
  const url = `/decisions/statistics/imports?flow=${flow}&vintage=${vintage}${period === undefined ? '' : `&period=${period}`}`;
  const taken = await app.inject({ method: 'POST', url, headers: CSV, payload: body });
  assert.equal(taken.statusCode, 202, taken.body);
  const { id } = taken.json();
  await eventually(`the import of ${flow}`, async () => {
    const { body: listed } = await ask('GET', '/decisions/statistics/imports');
    const found = listed.imports.find((each: { id: string }) => each.id === id);
    return found?.outcome === 'done' ? found : undefined;
  });
  return taken.json();
}

interface Value {
  readonly status: string;
  readonly value?: number;
}

export interface Shown {
  readonly places: readonly { readonly name: string; readonly values: readonly Value[] }[];
  readonly sums: readonly object[];
}

/** The values of a variable, by place. */
export async function seriesOf({ ask }: ServiceHost, flow: string, variable: string): Promise<Shown> {
  const { body } = await ask('GET', `/decisions/statistics?flow=${flow}&variable=${variable}`);
  return body.series[0];
}
