import type { PublishedBoundary } from '../communes-in-boundaries.ts';
import { FileFault, MOST_FEATURES } from './file-fault.ts';
import { readGeoPackage } from './geopackage.ts';
import { guessedSystem, inDegrees } from './reproject.ts';
import { readZippedShapefile } from './shapefile.ts';

/** The boundaries of a published file in degrees: a GeoPackage, a zipped Shapefile or GeoJSON. @throws FileFault */
export function readBoundaryFile(bytes: Uint8Array): PublishedBoundary[] {
  const { features, code } = featuresIn(bytes);
  const areas = features.filter(({ geometry }) => geometry && /^(?:Multi)?Polygon$/.test(geometry.type));
  if (areas.length === 0) throw new FileFault('its features: got no polygon');
  return inDegrees(areas, code ?? guessedSystem(areas));
}

function featuresIn(bytes: Uint8Array): { readonly features: readonly PublishedBoundary[]; readonly code?: number } {
  const start = Buffer.from(bytes.subarray(0, 15)).toString('latin1');
  if (start === 'SQLite format 3') return readGeoPackage(bytes);
  if (start.startsWith('PK')) return readZippedShapefile(bytes);
  return readGeoJson(Buffer.from(bytes).toString('utf8'));
}

function readGeoJson(text: string): { readonly features: readonly PublishedBoundary[]; readonly code?: number } {
  let document: { readonly features?: unknown; readonly crs?: unknown };
  try {
    document = JSON.parse(text) as typeof document;
  } catch {
    throw new FileFault('it is neither a GeoPackage, nor a zip, nor JSON');
  }
  const { features, crs } = document;
  if (!Array.isArray(features)) throw new FileFault('features: got no list');
  if (features.length > MOST_FEATURES) throw new FileFault(`features: got more than ${MOST_FEATURES}`);
  const [, code] = /EPSG:{1,2}(\d{4,5})"/.exec(JSON.stringify(crs) ?? '') ?? []; // GeoJSON of 2008
  return { features: features as PublishedBoundary[], ...(code !== undefined && { code: Number(code) }) };
}
