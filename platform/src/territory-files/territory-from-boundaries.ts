import { TerritoryFault } from '@alzette/territory';
import { communesInBoundaries, NamelessBoundary, type PublishedBoundary } from '@alzette/territory/boundaries';
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

/** Creates the files of a territory from its communes' boundaries. @throws TerritoryFault */
export function territoryFromBoundaries(text: string, source: BoundarySource): { readonly [file: string]: string } {
  const features = featuresOf(text).filter((feature) => isWanted(feature, source.only));
  if (features.length === 0) throw new TerritoryFault('boundaries: no features remain; expected one for each commune');
  const { communes, boundaries } = asFault(() =>
    communesInBoundaries(features, { name: source.communeName, department: source.department }),
  );
  const { name, timeZone, country, notice } = source;
  return {
    'territory.yaml': stringify({ name, timeZone, country, languages: ['fr', 'en'], notice, communes }),
    'boundaries.geojson': `${JSON.stringify(boundaries)}\n`,
    'streets.geojson': '{"type":"FeatureCollection","features":[]}\n',
  };
}

function featuresOf(text: string): readonly PublishedBoundary[] {
  let value: { features?: unknown };
  try {
    value = JSON.parse(text) as { features?: unknown };
  } catch (error) {
    throw new TerritoryFault(`boundaries: ${(error as Error).message}`);
  }
  if (!Array.isArray(value.features)) throw new TerritoryFault('boundaries: expected a FeatureCollection');
  return value.features as PublishedBoundary[];
}

function isWanted({ properties }: PublishedBoundary, only: string | undefined): boolean {
  if (only === undefined) return true;
  const [name = '', value = ''] = only.split('=', 2);
  return String(properties?.[name]) === value;
}

function asFault<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof NamelessBoundary ? new TerritoryFault(error.message) : error;
  }
}
