import { fileURLToPath } from 'node:url';
import type { ConfigurationDocument } from '@alzette/packs/kinds';
import { parameterValues, withParameters } from '@alzette/packs/parameters';
import { readPackFolder } from '@alzette/packs/read';

const FOLDER = fileURLToPath(new URL('../../packs', import.meta.url));

/** The packs that the demo territory uses, with what it gives to their parameters. */
export const PACKS_OF_DEMO: { readonly [id: string]: { readonly [parameter: string]: string } } = {
  'street-lighting': { told: 'group:eclairage', onCall: 'roster:astreinte', management: 'recipient:direction' },
  'waste-collection': { told: 'group:dechets', fireCall: 'roster:astreinte' },
  'public-buildings': {},
  water: {},
  'air-quality': {},
  noise: {},
  'weather-watch': {},
  'device-health': {},
  'citizen-reports': {},
  incivilities: {},
  'e-services': {},
  population: {},
  'open-data': { contactName: 'Service des données', contactEmail: 'donnees@example.org' },
};

/** A document without its id, which the stores of services have apart. */
export interface PackDocument<T> {
  readonly id: string;
  readonly body: T;
}

/** The documents of a kind in the packs of the demo, with their parameters. */
export async function packDocuments<T>(kind: string): Promise<readonly PackDocument<T>[]> {
  const read = await Promise.all(
    Object.entries(PACKS_OF_DEMO).map(async ([pack, given]) => {
      const { manifest, files } = await readPackFolder(`${FOLDER}/${pack}`, [kind]);
      const values = parameterValues(manifest, given);
      return files.map(({ document }) => {
        const { id, ...body } = withParameters(document, values) as ConfigurationDocument;
        return { id, body: body as T }; // the test of packs checks it
      });
    }),
  );
  return read.flat();
}
