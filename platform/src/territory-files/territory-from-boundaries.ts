import { TerritoryFault } from '@alzette/territory';
import { stringify } from 'yaml';

interface BoundarySource {
  readonly name: string;
  /** The property with the commune's name. */
  readonly communeName: string;
  /** `member=true`: only features with that value. */
  readonly only: string | undefined;
  /** The property with the département. */
  readonly department: string | undefined;
  readonly timeZone: string;
  readonly country: string;
  readonly notice: string;
}

interface Feature {
  readonly properties: Readonly<Record<string, unknown>> | null;
  readonly geometry: { readonly type: string; readonly coordinates: unknown } | null;
}

/** Creates the files of a territory from its communes' boundaries. @throws TerritoryFault */
export function territoryFromBoundaries(text: string, source: BoundarySource): { readonly [file: string]: string } {
  const features = featuresOf(text).filter((feature) => isWanted(feature, source.only));
  if (features.length === 0) throw new TerritoryFault('boundaries: no features remain; expected one for each commune');
  const communes = features.map((feature, i) => {
    const name = feature.properties?.[source.communeName];
    if (typeof name !== 'string') {
      const known = Object.keys(feature.properties ?? {}).join(', ');
      throw new TerritoryFault(
        `features[${i}].properties.${source.communeName}: got nothing; its properties: ${known}`,
      );
    }
    const department = source.department && feature.properties?.[source.department];
    return {
      slug: slugOf(name),
      name,
      ...(department !== undefined && { department: String(department).slice(0, 2) }),
      center: middleOf(feature),
    };
  });
  const boundaries = {
    type: 'FeatureCollection',
    features: features.map(({ geometry }, i) => ({
      type: 'Feature',
      properties: { commune: communes[i]?.slug },
      geometry,
    })),
  };
  const { name, timeZone, country, notice } = source;
  return {
    'territory.yaml': stringify({ name, timeZone, country, languages: ['fr', 'en'], notice, communes }),
    'boundaries.geojson': `${JSON.stringify(boundaries)}\n`,
    'streets.geojson': '{"type":"FeatureCollection","features":[]}\n',
  };
}

function featuresOf(text: string): readonly Feature[] {
  let value: { features?: unknown };
  try {
    value = JSON.parse(text) as { features?: unknown };
  } catch (error) {
    throw new TerritoryFault(`boundaries: ${(error as Error).message}`);
  }
  if (!Array.isArray(value.features)) throw new TerritoryFault('boundaries: expected a FeatureCollection');
  return value.features as Feature[];
}

function isWanted({ properties }: Feature, only: string | undefined): boolean {
  if (only === undefined) return true;
  const [name = '', value = ''] = only.split('=', 2);
  return String(properties?.[name]) === value;
}

function slugOf(name: string): string {
  const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
}

/** The centre of its bounding box, to five decimals. */
function middleOf({ geometry }: Feature): [number, number] {
  const numbers = ((geometry?.coordinates ?? []) as unknown[]).flat(Number.POSITIVE_INFINITY) as number[];
  const middle = (axis: 0 | 1) => {
    const all = numbers.filter((_, i) => i % 2 === axis);
    return Math.round(((Math.min(...all) + Math.max(...all)) / 2) * 1e5) / 1e5;
  };
  return [middle(0), middle(1)];
}
