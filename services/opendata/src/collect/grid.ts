import type { Queryable } from '@alzette/kit/database';
import type { DatasetDefinition, Feature } from '../datasets/dataset.ts';
import { entitiesOf, type Source } from './collect.ts';
import { featureOfEntity } from './columns-of-entity.ts';

/** The size of a square in metres, in Lambert-93. */
const GRID_METRES = 200;
/** Squares with fewer entities are not shown. */
const FEWEST = 5;
const COUNT_COLUMN = 'nombre';

// Counts are rounded to steps of five, so that the difference of two refreshes never reveals a single report.
const COUNT_SQUARES = `
  WITH place AS (
    SELECT ST_Transform(ST_SetSRID(ST_MakePoint(longitude, latitude), 4326), 2154) AS point, value
    FROM unnest($1::float8[], $2::float8[], $3::text[]) AS p(longitude, latitude, value)
  ), square AS (
    SELECT floor(ST_X(point) / $4::int)::int AS x, floor(ST_Y(point) / $4::int)::int AS y, value, count(*) AS entities
    FROM place GROUP BY 1, 2, 3 HAVING count(*) >= $5::int
  )
  SELECT x, y, value, (entities / $5::int * $5::int)::int AS entities,
    ST_AsGeoJSON(ST_Transform(ST_MakeEnvelope(x * $4::int, y * $4::int, (x + 1) * $4::int, (y + 1) * $4::int, 2154), 4326), 6)
      AS geometry
  FROM square ORDER BY x, y, value`;

interface Square {
  readonly x: number;
  readonly y: number;
  readonly value: string;
  readonly entities: number;
  readonly geometry: string;
}

/** The rows of a grid: the number of entities in squares of 200 m, without positions or ids of entities. */
export async function countSquares(
  db: Queryable,
  source: Source,
  definition: DatasetDefinition,
  now: Date,
): Promise<Feature[]> {
  const [column] = definition.columns;
  const longitudes: number[] = [];
  const latitudes: number[] = [];
  const values: string[] = [];
  for await (const entity of entitiesOf(source, definition)) {
    const { geometry, properties } = featureOfEntity(entity, definition);
    if (geometry?.type !== 'Point') continue;
    const [longitude, latitude] = geometry.coordinates as number[];
    if (longitude === undefined || latitude === undefined) continue;
    longitudes.push(longitude);
    latitudes.push(latitude);
    values.push(column === undefined ? '' : String(properties[column.name] ?? ''));
  }
  const { rows } = await db.query<Square>({
    text: COUNT_SQUARES,
    values: [longitudes, latitudes, values, GRID_METRES, FEWEST],
  });
  return rows.map(({ x, y, value, entities, geometry }) => ({
    // The cell code of INSPIRE: size, then the south-west corner in metres.
    id: `CRS2154RES${GRID_METRES}mN${y * GRID_METRES}E${x * GRID_METRES}${value === '' ? '' : `-${value}`}`,
    properties: { ...(column && value !== '' && { [column.name]: value }), [COUNT_COLUMN]: entities },
    geometry: JSON.parse(geometry),
    at: now.toISOString(),
  }));
}
