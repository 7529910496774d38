import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type AskProduct, mustAnswer } from '@alzette/packs/kinds';
import { readTerritory, type Territory } from '@alzette/territory';
import type { OwnTerritory } from '@alzette/territory/contract';
import { stringify } from 'yaml';

type Given = Omit<OwnTerritory, 'tenant' | 'version' | 'foundedAt' | 'changedAt' | 'hosts'>;

/** How the territory of a folder differs from that of a tenant. */
export type TerritoryChange = 'same' | 'different' | 'missing';

export async function compareTerritory(ask: AskProduct, folder: string): Promise<TerritoryChange> {
  const running = await runningTerritory(ask);
  if (running === undefined) return 'missing';
  return isDeepStrictEqual(running.given, territoryIn(folder)) ? 'same' : 'different';
}

/** Gives a tenant the territory of a folder: founds its collectivity, or changes it. @returns what it was before */
export async function applyTerritory(ask: AskProduct, tenant: string, folder: string): Promise<TerritoryChange> {
  const [running, given] = [await runningTerritory(ask), territoryIn(folder)];
  if (running === undefined) {
    await mustAnswer(ask, 'POST', '/ops/collectivities', { body: { tenant, hosts: [], ...given } });
    return 'missing';
  }
  if (isDeepStrictEqual(running.given, given)) return 'same';
  await mustAnswer(ask, 'PUT', `/ops/collectivity?version=${running.version}`, { body: given });
  return 'different';
}

/** Writes the files of a tenant's territory. @throws Error: it has none of its own */
export async function exportTerritory(ask: AskProduct, folder: string): Promise<number> {
  const running = await runningTerritory(ask);
  if (running === undefined) throw new Error('the tenant has no territory of its own');
  const { boundaries, streets = { type: 'FeatureCollection', features: [] }, baseMap, ...file } = running.given;
  const archive = baseMap && { archive: baseMap.url, ...(baseMap.attribution && { attribution: baseMap.attribution }) };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'territory.yaml'), stringify({ ...file, ...(archive && { baseMap: archive }) }));
  await writeFile(join(folder, 'boundaries.geojson'), `${JSON.stringify(boundaries)}\n`);
  await writeFile(join(folder, 'streets.geojson'), `${JSON.stringify(streets)}\n`);
  return 3;
}

async function runningTerritory(ask: AskProduct): Promise<{ version: number; given: Given } | undefined> {
  const answer = (await mustAnswer(ask, 'GET', '/ops/collectivity', { accepted: [404] })) as Partial<OwnTerritory>;
  const { tenant, version, foundedAt: _, changedAt: __, hosts: ___, ...given } = answer;
  return tenant === undefined || version === undefined ? undefined : { version, given: given as Given };
}

/** The territory of a folder as the API takes it. @throws TerritoryFault */
export function territoryIn(folder: string): Given {
  const { name, timeZone, country, languages, schematic, notice, ...rest } = readTerritory(folder);
  const given = {
    ...{ name, timeZone, country, languages, notice },
    ...(schematic && { schematic }),
    ...mapsOf(rest),
    communes: rest.communes.map(({ slug, name: commune, department, code, inhabitants, center }) => ({
      ...{ slug, name: commune, code, inhabitants },
      ...(department !== '' && department !== country && { department }),
      center,
    })),
    boundaries: {
      type: 'FeatureCollection',
      features: rest.communes.map(({ slug, boundary: { type, coordinates } }) => ({
        type: 'Feature',
        properties: { commune: slug },
        geometry: { type, coordinates },
      })),
    },
    ...(rest.streets.features.length > 0 && { streets: rest.streets }),
  };
  return JSON.parse(JSON.stringify(given)) as Given; // the product refuses what is not valid
}

function mapsOf({ tilesUrl, tilesAttribution, baseMap }: Pick<Territory, 'tilesUrl' | 'tilesAttribution' | 'baseMap'>) {
  const attributed = (attribution: string | undefined) => (attribution === undefined ? {} : { attribution });
  return {
    ...(tilesUrl !== undefined && { tiles: { url: tilesUrl, ...attributed(tilesAttribution) } }),
    ...(baseMap && { baseMap: { url: baseMap.archive, ...attributed(baseMap.attribution) } }),
  };
}
