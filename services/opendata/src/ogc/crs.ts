import { refused } from '@alzette/kit/problems';

export const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';
const EPSG = 'http://www.opengis.net/def/crs/EPSG/0/';

/** A coordinate reference system. `isLatitudeFirst`: its axis order is latitude, longitude, the opposite of SQL. */
export interface Crs {
  readonly uri: string;
  readonly srid: number;
  readonly isLatitudeFirst: boolean;
}

/** CRS84 is the storage CRS and the default; the others are for Part 2. */
export const SYSTEMS: readonly Crs[] = [
  { uri: CRS84, srid: 4326, isLatitudeFirst: false },
  { uri: `${EPSG}4326`, srid: 4326, isLatitudeFirst: true },
  { uri: `${EPSG}3857`, srid: 3857, isLatitudeFirst: false },
  { uri: `${EPSG}2154`, srid: 2154, isLatitudeFirst: false },
];

/** @throws Problem 400: an unknown CRS. @param parameter its name, such as `bbox-crs` */
export function crsOf(uri: string | undefined, parameter: string): Crs {
  const wanted = (uri ?? CRS84).replace(/^<|>$/g, '').replace(/^\[EPSG:(\d+)\]$/, `${EPSG}$1`);
  const found = SYSTEMS.find((system) => system.uri === wanted);
  if (found === undefined) throw refused(parameter, uri, `one of ${SYSTEMS.map((each) => each.uri).join(', ')}`);
  return found;
}

/** A geometry in a CRS, as SQL in WGS 84 with longitude first. */
export function toStorage(sql: string, { srid, isLatitudeFirst }: Crs): string {
  const placed = `ST_SetSRID(${sql}, ${srid})`;
  if (isLatitudeFirst) return `ST_FlipCoordinates(${placed})`;
  return srid === 4326 ? placed : `ST_Transform(${placed}, 4326)`;
}

/** A stored geometry in a CRS, as GeoJSON with centimetre precision. */
export function asGeoJson(sql: string, { srid, isLatitudeFirst }: Crs): string {
  if (srid !== 4326) return `ST_AsGeoJSON(ST_Transform(${sql}, ${srid}), 2, 0)`;
  return `ST_AsGeoJSON(${isLatitudeFirst ? `ST_FlipCoordinates(${sql})` : sql}, 7, 0)`;
}
