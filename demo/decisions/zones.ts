import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { withParameters } from '@alzette/packs/parameters';
import { readPackFolder } from '@alzette/packs/read';

const PACK = fileURLToPath(new URL('../../packs/exposure-zones', import.meta.url));
const VALUES = { floodColumn: 'scenario', floodDay: '2019-05-01', heatColumn: 'classe', heatDay: '2024-07-31' };
/** The file of each source of the pack: the form of the real ones, with invented zones. */
const FILES: { readonly [source: string]: string } = {
  'exposure-floods': 'floods.geojson',
  'exposure-noise': 'noise.geojson',
  'exposure-heat': 'heat.geojson',
};

/** The folder of their URLs. */
export const ZONES = 'zones';
/** Zones in all files. */
export const ZONE_COUNT = 9;

/** A file of zones; undefined: there is none with this name. */
export async function readZoneFile(name: string): Promise<Buffer | undefined> {
  return Object.values(FILES).includes(name) ? readFile(new URL(`zones/${name}`, import.meta.url)) : undefined;
}

/** The sources of the pack "exposure-zones", which fetch their files from an origin instead of waiting for them. */
export async function zoneSources(origin: string, timeZone: string) {
  const { files } = await readPackFolder(PACK);
  return files
    .filter(({ folder }) => folder === 'sources')
    .map(({ document }) => withParameters(document, VALUES) as { readonly id: string })
    .map((source) => ({
      ...source,
      kind: 'http',
      schedule: { cron: '30 3 1 * *', timeZone },
      from: { url: `${origin}/${ZONES}/${FILES[source.id]}` },
    }));
}
