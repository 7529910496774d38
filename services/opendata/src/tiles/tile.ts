import type { Database } from '@alzette/kit/database';
import { geoJSONToTile } from '@maplibre/geojson-vt';
import { fromGeojsonVt } from '@maplibre/vt-pbf';
import type { Dataset } from '../datasets/dataset.ts';

const EXTENT = 4096;
/** The margin around a tile in units of the extent, so that symbols at the edge are complete. */
const BUFFER = 64;
/** A tile with more features is thinned by their ids, the same way for each request. */
const MAX_FEATURES = 20_000;

// Features have an order that is the same at all zoom levels. If there are too many, the first ones are shown.
const IN_TILE = `
  SELECT id, properties, ST_AsGeoJSON(geometry, 6, 0) AS geometry FROM opendata.feature
  WHERE dataset = $1 AND generation = $2 AND tenant = $8 AND geometry && ST_MakeEnvelope($3, $4, $5, $6, 4326)
  ORDER BY hashtextextended(id, 0) LIMIT $7`;

interface TileRow {
  readonly id: string;
  readonly properties: string;
  readonly geometry: string;
}

/** The features of a dataset in a tile of Web Mercator; undefined: there are none. */
export async function tileOf(
  db: Database,
  { tenant, id, generation }: Dataset,
  z: number,
  x: number,
  y: number,
): Promise<Buffer | undefined> {
  const margin = BUFFER / EXTENT;
  const west = longitudeOf(x - margin, z);
  const east = longitudeOf(x + 1 + margin, z);
  const north = latitudeOf(y - margin, z);
  const south = latitudeOf(y + 1 + margin, z);
  const { rows } = await db.query<TileRow>({
    text: IN_TILE,
    values: [id, generation, west, south, east, north, MAX_FEATURES, tenant],
  });
  if (rows.length === 0) return undefined;
  const features = rows.map((row) => ({
    type: 'Feature' as const,
    geometry: JSON.parse(row.geometry),
    properties: { id: row.id, ...JSON.parse(row.properties) },
  }));
  const tile = geoJSONToTile({ type: 'FeatureCollection', features }, z, x, y, {
    extent: EXTENT,
    buffer: BUFFER,
    clip: true,
    wrap: false,
  });
  return Buffer.from(fromGeojsonVt({ [id]: tile }, { version: 2, extent: EXTENT }));
}

function longitudeOf(x: number, z: number): number {
  return (x / 2 ** z) * 360 - 180;
}

function latitudeOf(y: number, z: number): number {
  const angle = Math.PI * (1 - (2 * y) / 2 ** z);
  return (Math.atan(Math.sinh(angle)) * 180) / Math.PI;
}
