import proj4 from 'proj4';
import type { PublishedBoundary } from '../communes-in-boundaries.ts';
import { FileFault, MOST_POINTS } from './file-fault.ts';

const DEGREES = '+proj=longlat +datum=WGS84 +no_defs';
/** With the shifts that files often leave out: without its own, Luxembourg lies 157 m beside itself. */
const SYSTEMS: { readonly [code: number]: string } = {
  4326: DEGREES,
  4258: DEGREES,
  2154: '+proj=lcc +lat_0=46.5 +lon_0=3 +lat_1=49 +lat_2=44 +x_0=700000 +y_0=6600000 +ellps=GRS80 +units=m',
  2169:
    '+proj=tmerc +lat_0=49.83333333333334 +lon_0=6.166666666666667 +k=1 +x_0=80000 +y_0=100000 +ellps=intl ' +
    '+towgs84=-189.6806,18.3463,-42.7695,-0.33746,-3.09264,2.53861,0.4598 +units=m',
  25831: '+proj=utm +zone=31 +ellps=GRS80 +units=m',
  25832: '+proj=utm +zone=32 +ellps=GRS80 +units=m',
  3035: '+proj=laea +lat_0=52 +lon_0=10 +x_0=4321000 +y_0=3210000 +ellps=GRS80 +units=m',
};
export const KNOWN_SYSTEMS = Object.keys(SYSTEMS).map((code) => `EPSG:${code}`);
/** What the text of a coordinate system (.prj) contains. */
const NAMES: readonly (readonly [RegExp, code: number])[] = [
  [/luxembourg.?1930|luref/i, 2169],
  [/lambert.?93/i, 2154],
  [/utm.?zone.?32n/i, 25832],
  [/utm.?zone.?31n/i, 25831],
  [/laea|lambert.azimuthal/i, 3035],
  [/^\s*geogcs\[.{0,80}(?:wgs.?(?:19)?84|etrs.?(?:19)?89|rgf.?(?:19)?93)/i, 4326],
];

/** The number of the coordinate system that a .prj describes; undefined: it is none that is known. */
export function systemOf(prj: string): number | undefined {
  return NAMES.find(([name]) => name.test(prj))?.[1];
}

/** Degrees are recognised by their size; anything else must say what it is. @throws FileFault */
export function guessedSystem(features: readonly PublishedBoundary[]): number {
  const [x = 0, y = 0] = firstPosition(features[0]?.geometry?.coordinates);
  if (Math.abs(x) <= 180 && Math.abs(y) <= 90) return 4326;
  throw new FileFault(`its coordinate system: got none with ${x}, ${y}, expected one of ${KNOWN_SYSTEMS.join(', ')}`);
}

function firstPosition(coordinates: unknown): readonly number[] {
  let inner = coordinates;
  while (Array.isArray(inner) && Array.isArray(inner[0])) inner = inner[0];
  return Array.isArray(inner) ? (inner as number[]) : [];
}

/** In degrees (WGS 84), to a decimetre. @throws FileFault: an unknown system, or too many points */
export function inDegrees(features: readonly PublishedBoundary[], code: number): PublishedBoundary[] {
  const definition = SYSTEMS[code];
  if (definition === undefined) {
    throw new FileFault(`its coordinate system: got EPSG:${code}, expected one of ${KNOWN_SYSTEMS.join(', ')}`);
  }
  const { forward } = proj4(definition, DEGREES);
  let points = 0;
  const position = ([x, y]: readonly number[]) => {
    points += 1;
    if (points > MOST_POINTS) throw new FileFault(`its points: got more than ${MOST_POINTS}; take a simpler edition`);
    const [longitude = Number.NaN, latitude = Number.NaN] =
      definition === DEGREES ? [x, y] : forward([x ?? Number.NaN, y ?? Number.NaN]);
    if (!(Math.abs(longitude) <= 180 && Math.abs(latitude) <= 90)) {
      throw new FileFault(`a position: got ${x}, ${y}, which is nowhere in EPSG:${code}`);
    }
    return [Math.round(longitude * 1e6) / 1e6, Math.round(latitude * 1e6) / 1e6];
  };
  const each = (coordinates: unknown): unknown => {
    if (!Array.isArray(coordinates)) throw new FileFault('a geometry: got no list of positions');
    return typeof coordinates[0] === 'number' ? position(coordinates) : coordinates.map(each);
  };
  return features.map(({ properties, geometry }) => ({
    properties,
    geometry: geometry && { type: geometry.type, coordinates: each(geometry.coordinates) },
  }));
}
