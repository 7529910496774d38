import type { JsonSchema } from '@alzette/kit/bodies';
import { STREET_KINDS } from '../draw/street-names.ts';
import { readPlanFile, readTerritoryFile } from './territory-schema.ts';

const POSITION: JsonSchema = { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 3 };
const LINE: JsonSchema = { type: 'array', items: POSITION, minItems: 2 };
const RING: JsonSchema = { type: 'array', items: POSITION, minItems: 4 };
const POLYGON: JsonSchema = { type: 'array', items: RING, minItems: 1 };
const SLUG: JsonSchema = { type: 'string', minLength: 1 };

/** Other members are allowed, because published boundaries have more. */
function collection(title: string, properties: JsonSchema, geometries: readonly JsonSchema[]): JsonSchema {
  return {
    title,
    type: 'object',
    required: ['type', 'features'],
    properties: {
      type: { const: 'FeatureCollection' },
      features: {
        type: 'array',
        items: {
          type: 'object',
          required: ['type', 'properties', 'geometry'],
          properties: { type: { const: 'Feature' }, properties, geometry: { anyOf: geometries } },
        },
      },
    },
  };
}

function geometry(type: string, coordinates: JsonSchema): JsonSchema {
  return { type: 'object', required: ['type', 'coordinates'], properties: { type: { const: type }, coordinates } };
}

/** The JSON Schemas of a territory's files, by file name without extension. */
export const TERRITORY_FILE_SCHEMAS: { readonly [name: string]: JsonSchema } = {
  territory: readTerritoryFile.schema,
  plan: readPlanFile.schema,
  boundaries: collection(
    'boundaries.geojson: a Polygon or MultiPolygon for each commune',
    { type: 'object', required: ['commune'], properties: { commune: SLUG } },
    [geometry('Polygon', POLYGON), geometry('MultiPolygon', { type: 'array', items: POLYGON, minItems: 1 })],
  ),
  streets: collection(
    'streets.geojson: the axes of streets',
    {
      type: 'object',
      required: ['name', 'commune', 'kind'],
      properties: { name: { type: 'string' }, commune: SLUG, kind: { enum: [...STREET_KINDS, 'main', 'road'] } },
    },
    [geometry('LineString', LINE)],
  ),
};
