import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BodyReader } from '@alzette/kit/bodies';
import { parse } from 'yaml';
import { archiveIn, isUrl } from '../base-map/base-map.ts';
import { faultOfArchive } from '../base-map/check-archive.ts';
import { bboxOf } from '../bbox.ts';
import type { TerritoryPlan } from '../draw/draw-territory.ts';
import type { Boundary, Commune, StreetFeature, Territory } from '../territory-shape.ts';
import { stateOf } from './german-states.ts';
import { readPlanFile, readTerritoryFile } from './territory-schema.ts';

const DEMO = new URL('../../../../territories/pays-haut-val-d-alzette/', import.meta.url);

/** A file of a territory's folder is missing or invalid. The message names the file and the member. */
export class TerritoryFault extends Error {}

/** The folder of the demo territory. */
export function demoFolder(): string {
  return fileURLToPath(DEMO);
}

/**
 * The territory of a folder: `territory.yaml`, `boundaries.geojson` and optionally `streets.geojson`.
 *
 * @param archive a PMTiles file or its URL, in place of that of `territory.yaml`
 * @throws TerritoryFault
 */
export function readTerritory(folder: string, archive?: string): Territory {
  const file = readYaml(folder, 'territory.yaml', readTerritoryFile);
  checkTimeZone(file.timeZone);
  const boundaries = boundariesIn(folder);
  const communes = file.communes.map(({ department, ...commune }): Commune => {
    const boundary = boundaries.get(commune.slug);
    if (boundary === undefined) {
      const known = [...boundaries.keys()].join(', ');
      throw fault('boundaries.geojson', `no feature whose property commune is ${commune.slug}; there are ${known}`);
    }
    return {
      ...commune,
      department: departmentIn(file.country, department, commune.code),
      scope: scopeOf(commune.name),
      boundary,
    };
  });
  const baseMap = baseMapOf(folder, file.baseMap, archive);
  let streets: Territory['streets'] | undefined;
  const { name, timeZone, country, languages, schematic = false, notice, tiles } = file;
  return {
    name,
    timeZone,
    country,
    languages,
    schematic,
    notice,
    communes,
    // Read on demand, because most users of a territory draw no map.
    get streets() {
      streets ??= streetsIn(folder, communes);
      return streets;
    },
    bbox: bboxOf(communes.map(({ boundary }) => boundary)),
    ...(tiles && { tilesUrl: tiles.url }),
    ...(tiles?.attribution !== undefined && { tilesAttribution: tiles.attribution }),
    ...(baseMap && { baseMap }),
  };
}

function baseMapOf(
  folder: string,
  configuredBaseMap: Territory['baseMap'],
  setting: string | undefined,
): Territory['baseMap'] | undefined {
  const archive =
    setting === undefined ? configuredBaseMap && archiveIn(folder, configuredBaseMap.archive) : archiveIn('', setting);
  if (archive === undefined) return undefined;
  const wrong = isUrl(archive) ? undefined : faultOfArchive(archive);
  if (wrong !== undefined) throw fault(setting === undefined ? 'territory.yaml' : 'BASE_MAP', `${archive}: ${wrong}`);
  return { ...configuredBaseMap, archive };
}

/** The plan of a folder's boundaries and streets. @throws TerritoryFault */
export function readPlan(folder: string): TerritoryPlan {
  return readYaml(folder, 'plan.yaml', readPlanFile);
}

function readYaml<T>(folder: string, name: string, read: BodyReader<T>): T {
  const text = readText(folder, name);
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw fault(name, (error as Error).message);
  }
  try {
    return read(value);
  } catch (error) {
    throw fault(name, (error as Error).message);
  }
}

function readText(folder: string, name: string): string {
  try {
    return readFileSync(join(folder, name), 'utf8');
  } catch {
    throw fault(name, `it can't be read in ${folder}`);
  }
}

function readGeoJson(folder: string, name: string): { type?: unknown; features?: unknown } {
  const text = readText(folder, name);
  try {
    return JSON.parse(text) as { type?: unknown };
  } catch (error) {
    throw fault(name, (error as Error).message);
  }
}

interface Feature {
  readonly properties?: { readonly commune?: unknown; readonly name?: unknown } | null;
  readonly geometry?: { readonly type?: unknown; readonly coordinates?: unknown } | null;
}

function featuresIn(folder: string, name: string): readonly Feature[] {
  const { type, features } = readGeoJson(folder, name);
  if (type === 'FeatureCollection' && Array.isArray(features)) return features as Feature[];
  throw fault(name, 'it is not a FeatureCollection with features');
}

function boundariesIn(folder: string): Map<string, Boundary> {
  const name = 'boundaries.geojson';
  const boundaries = new Map<string, Boundary>();
  featuresIn(folder, name).forEach(({ properties, geometry }, i) => {
    const type = geometry?.type;
    if (type !== 'Polygon' && type !== 'MultiPolygon') {
      throw fault(name, `features[${i}].geometry.type: got ${JSON.stringify(type)}, expected Polygon or MultiPolygon`);
    }
    const commune = properties?.commune;
    if (typeof commune !== 'string') {
      throw fault(name, `features[${i}].properties.commune: got ${JSON.stringify(commune)}, expected a commune's slug`);
    }
    boundaries.set(commune, geometry as Boundary);
  });
  return boundaries;
}

function streetsIn(folder: string, communes: readonly Commune[]): Territory['streets'] {
  const name = 'streets.geojson';
  const slugs = new Set(communes.map(({ slug }) => slug));
  const features = featuresIn(folder, name) as StreetFeature[];
  features.forEach(({ properties, geometry }, i) => {
    if (geometry?.type !== 'LineString') {
      throw fault(name, `features[${i}].geometry.type: got ${JSON.stringify(geometry?.type)}, expected LineString`);
    }
    if (!slugs.has(properties?.commune)) {
      throw fault(
        name,
        `features[${i}].properties.commune: got ${JSON.stringify(properties?.commune)}, expected a slug`,
      );
    }
  });
  return { type: 'FeatureCollection', features };
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw fault('territory.yaml', `timeZone: got "${timeZone}", expected a name of the IANA database`);
  }
}

function fault(name: string, what: string): TerritoryFault {
  return new TerritoryFault(`${name}: ${what}`);
}

/** What determines the holidays of a commune. Luxembourg has the same everywhere; a German code begins with the state. */
export function departmentIn(country: string, department: string | undefined, code?: string): string {
  if (department !== undefined) return department;
  if (country === 'DE') return stateOf(code) ?? '';
  return country === 'LU' ? country : '';
}

/** The scope of a commune’s entities. */
export function scopeOf(name: string): string {
  const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '');
  return `/${plain.replaceAll(/[^A-Za-z0-9]+/g, '_')}`;
}
