import { type CommuneProperties, communesInBoundaries, type PublishedBoundary } from '@alzette/territory/boundaries';
import { collectivities } from '../../broker/operations.ts';

/** What each country has in common. */
export const COUNTRIES = {
  FR: { timeZone: 'Europe/Paris', languages: ['fr', 'en'] },
  LU: { timeZone: 'Europe/Luxembourg', languages: ['lb', 'fr', 'de', 'en'] },
  DE: { timeZone: 'Europe/Berlin', languages: ['de', 'fr', 'en'] },
} as const;
export type Country = keyof typeof COUNTRIES;

/** Properties of published boundaries: IGN, geo.api.gouv.fr, Luxembourg's register. */
const NAMES = ['nom_officiel', 'nom', 'NOM', 'COMMUNE', 'name', 'GEN'];
const INHABITANTS = ['population', 'POPULATION'];
const CODES = ['code_insee', 'INSEE_COM', 'code', 'LAU2', 'AGS'];

/** A file of boundaries, read. */
export interface BoundaryFile {
  readonly features: readonly PublishedBoundary[];
  /** The properties that can be names. */
  readonly properties: readonly string[];
  readonly found: Partial<CommuneProperties>;
}

/** Reads a published file: GeoPackage, zipped Shapefile or GeoJSON. @throws: what the server says of it */
export async function readBoundaries(file: Blob): Promise<BoundaryFile> {
  const body = new Blob([file], { type: 'application/octet-stream' });
  const { features: boundaries } = await collectivities.boundaries({ body });
  const [first] = boundaries;
  const properties = Object.entries(first?.properties ?? {}).flatMap(([name, value]) =>
    typeof value === 'string' ? [name] : [],
  );
  const known = (names: readonly string[]) => names.find((name) => properties.includes(name));
  const inhabitants = INHABITANTS.find((name) => typeof first?.properties?.[name] === 'number');
  return {
    features: boundaries,
    properties,
    found: { name: known(NAMES), code: known(CODES), inhabitants } as Partial<CommuneProperties>,
  };
}

/** The names of its communes, in alphabetical order. */
export function communeNames({ features }: BoundaryFile, property: string): string[] {
  const names = features.flatMap(({ properties }) => {
    const name = properties?.[property];
    return typeof name === 'string' ? [name] : [];
  });
  return [...new Set(names)].sort((a, b) => a.localeCompare(b));
}

/** The chosen communes with their boundaries. In France a code of a commune begins with its département. */
export function chosenCommunes(
  { features, found }: BoundaryFile,
  { name, names, country }: { readonly name: string; readonly names: readonly string[]; readonly country: Country },
) {
  const chosen = features.filter(({ properties }) => names.includes(String(properties?.[name])));
  const department = country === 'FR' ? found.code : undefined;
  return communesInBoundaries(chosen, { name, code: found.code, department, inhabitants: found.inhabitants });
}
