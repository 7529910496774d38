import { addressesOf } from '../catalogue/addresses.ts';
import { FILE_FORMATS } from '../catalogue/formats.ts';
import { formatsOf } from '../catalogue/formats-of.ts';
import type { BBox, Dataset, Feature } from '../datasets/dataset.ts';
import { LICENCES } from '../datasets/vocabulary.ts';
import { CRS84, SYSTEMS } from './crs.ts';
import { queryColumns } from './items.ts';

export interface Link {
  readonly href: string;
  readonly rel: string;
  readonly type: string;
  readonly title?: string;
  readonly templated?: true;
}

const JSON_TYPE = 'application/json';
const HTML_TYPE = 'text/html';
export const GEOJSON_TYPE = 'application/geo+json';
export const OPENAPI_TYPE = 'application/vnd.oai.openapi+json;version=3.0';
export const SCHEMA_TYPE = 'application/schema+json';
const TILE_TYPE = 'application/vnd.mapbox-vector-tile';

/** Links of a resource to itself, and to its HTML page. */
export function selfLinks(url: string, title: string, type = JSON_TYPE): Link[] {
  return [
    { href: `${url}?f=json`, rel: 'self', type, title },
    { href: `${url}?f=html`, rel: 'alternate', type: HTML_TYPE, title },
  ];
}

export function landingPage(publicUrl: string, territory: string) {
  const root = `${publicUrl}/ogc`;
  return {
    title: `Données ouvertes — ${territory}`,
    description: `Les jeux de données que publie ${territory}.`,
    links: [
      ...selfLinks(root, territory),
      { href: `${root}/api`, rel: 'service-desc', type: OPENAPI_TYPE, title: 'OpenAPI 3.0' },
      { href: `${root}/api?f=html`, rel: 'service-doc', type: HTML_TYPE, title: 'API' },
      { href: `${root}/conformance`, rel: 'conformance', type: JSON_TYPE, title: 'Conformance' },
      { href: `${root}/collections`, rel: 'data', type: JSON_TYPE, title: 'Collections' },
    ],
  };
}

/** A dataset as a collection. */
export function collectionOf(publicUrl: string, territoryBox: BBox, dataset: Dataset) {
  const { id, definition, bbox, startsAt, endsAt } = dataset;
  const { collection, tiles, dataset: page, file } = addressesOf(publicUrl, id);
  const { title, description, licence, keywords } = definition;
  return {
    id,
    title: title.fr,
    description: description.fr,
    keywords,
    license: LICENCES[licence].title,
    itemType: 'feature',
    extent: {
      spatial: { bbox: [bbox ?? territoryBox], crs: CRS84 },
      temporal: {
        interval: [[startsAt?.toISOString() ?? null, endsAt?.toISOString() ?? null]],
        trs: 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian',
      },
    },
    crs: SYSTEMS.map(({ uri }) => uri),
    storageCrs: CRS84,
    links: [
      ...selfLinks(collection, title.fr),
      { href: `${collection}/items`, rel: 'items', type: GEOJSON_TYPE, title: title.fr },
      { href: `${collection}/items?f=html`, rel: 'items', type: HTML_TYPE, title: title.fr },
      { href: `${collection}/queryables`, rel: QUERYABLES, type: SCHEMA_TYPE, title: 'Queryables' },
      { href: LICENCES[licence].url, rel: 'license', type: HTML_TYPE, title: LICENCES[licence].title },
      { href: page, rel: 'describedby', type: HTML_TYPE, title: title.fr },
      ...formatsOf(definition).map((format) => ({
        href: file(format),
        rel: 'enclosure',
        type: FILE_FORMATS[format].mediaType,
        title: FILE_FORMATS[format].title,
      })),
      ...(definition.geometry
        ? [{ href: `${tiles}/{z}/{x}/{y}.mvt`, rel: 'item', type: TILE_TYPE, title: 'Tiles', templated: true } as const]
        : []),
    ],
  };
}

const QUERYABLES = 'http://www.opengis.net/def/rel/ogc/1.0/queryables';
const JSON_TYPES = {
  text: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  time: { type: 'string', format: 'date-time' },
} as const;

/** The properties for filters, as JSON Schema (Part 3). */
export function queryablesOf(publicUrl: string, { id, definition }: Dataset) {
  const properties = queryColumns(definition).map(({ name, kind, title, unit }) => [
    name,
    { title: title.fr, ...JSON_TYPES[kind], ...(unit !== undefined && { 'x-ogc-unit': unit }) },
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${addressesOf(publicUrl, id).collection}/queryables`,
    type: 'object',
    title: definition.title.fr,
    properties: {
      id: { type: 'string', title: 'id', 'x-ogc-role': 'id' },
      ...Object.fromEntries(properties),
      observed_at: { type: 'string', format: 'date-time', title: 'Observé le', 'x-ogc-role': 'primary-instant' },
      ...(definition.geometry && { geometry: { format: 'geometry-any', 'x-ogc-role': 'primary-geometry' } }),
    },
    additionalProperties: false,
  };
}

/** A feature as GeoJSON (RFC 7946). */
export function geoJsonOf({ id, properties, geometry, at }: Feature) {
  return {
    type: 'Feature' as const,
    id,
    geometry: geometry ?? null,
    properties: { ...properties, ...(at !== undefined && { observed_at: at }) },
  };
}
