import type { Dataset } from '../datasets/dataset.ts';
import { SYSTEMS } from './crs.ts';
import { GEOJSON_TYPE } from './documents.ts';
import { DEFAULT_LIMIT, MAX_ITEMS } from './item-parameters.ts';

const query = (name: string, schema: object, more: object = {}) => ({
  name,
  in: 'query',
  required: false,
  schema,
  ...more,
});
const CRS = { type: 'string', format: 'uri', enum: SYSTEMS.map(({ uri }) => uri) };
const LIST = { style: 'form', explode: false };

/** The service as OpenAPI 3.0 (Part 1, requirements class oas30). */
export function openApiOf(publicUrl: string, territory: string, datasets: readonly Dataset[]) {
  const read = (summary: string, type = 'application/json', parameters: readonly object[] = []) => ({
    get: {
      summary,
      operationId: summary.toLowerCase().replaceAll(' ', '-'),
      parameters: [...parameters, { $ref: '#/components/parameters/f' }],
      responses: {
        200: { description: summary, content: { [type]: { schema: { type: 'object' } }, 'text/html': {} } },
        400: { description: 'A parameter is not valid', content: { 'application/problem+json': {} } },
        404: { description: 'There is no such resource', content: { 'application/problem+json': {} } },
      },
    },
  });
  const refs = (...names: string[]) => names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
  return {
    openapi: '3.0.3',
    info: { title: `Données ouvertes — ${territory}`, version: '1.0.0' },
    servers: [{ url: `${publicUrl}/ogc` }],
    paths: {
      '/': read('Landing page'),
      '/conformance': read('Conformance'),
      '/collections': read('Collections'),
      '/collections/{collectionId}': read('Collection', undefined, refs('collectionId')),
      '/collections/{collectionId}/queryables': read('Queryables', 'application/schema+json', refs('collectionId')),
      '/collections/{collectionId}/items': read(
        'Features',
        GEOJSON_TYPE,
        refs(
          'collectionId',
          'limit',
          'bbox',
          'bbox-crs',
          'crs',
          'datetime',
          'filter',
          'filter-lang',
          'filter-crs',
          'cursor',
        ),
      ),
      '/collections/{collectionId}/items/{featureId}': read(
        'Feature',
        GEOJSON_TYPE,
        refs('collectionId', 'featureId', 'crs'),
      ),
    },
    components: {
      parameters: {
        f: query('f', { type: 'string', enum: ['json', 'html'] }),
        collectionId: {
          name: 'collectionId',
          in: 'path',
          required: true,
          schema: { type: 'string', ...(datasets.length > 0 && { enum: datasets.map(({ id }) => id) }) },
        },
        featureId: { name: 'featureId', in: 'path', required: true, schema: { type: 'string' } },
        limit: query('limit', { type: 'integer', minimum: 1, maximum: MAX_ITEMS, default: DEFAULT_LIMIT }, LIST),
        bbox: query(
          'bbox',
          {
            type: 'array',
            oneOf: [
              { minItems: 4, maxItems: 4 },
              { minItems: 6, maxItems: 6 },
            ],
            items: { type: 'number' },
          },
          LIST,
        ),
        'bbox-crs': query('bbox-crs', CRS),
        crs: query('crs', CRS),
        datetime: query('datetime', { type: 'string' }, LIST),
        filter: query('filter', { type: 'string' }),
        'filter-lang': query('filter-lang', { type: 'string', enum: ['cql2-text', 'cql2-json'], default: 'cql2-text' }),
        'filter-crs': query('filter-crs', CRS),
        cursor: query('cursor', { type: 'string' }),
      },
    },
  };
}
