import type { JsonSchema } from '@alzette/kit/bodies';
import { object } from '@alzette/kit/bodies';
import { refused } from '@alzette/kit/problems';
import { ENTITY_ID, LIMIT, OFFSET, pathWith, Q, SCOPE, TYPE, text, tool, USUAL_LIMIT, words } from './tool.ts';

const NUMBER = (minimum: number, maximum: number): JsonSchema => ({ type: 'number', minimum, maximum });
const NEAR: JsonSchema = {
  ...object({ longitude: NUMBER(-180, 180), latitude: NUMBER(-90, 90), metres: NUMBER(1, 50_000) }, [
    'longitude',
    'latitude',
    'metres',
  ]),
  description: 'Entities within a distance from a point, in metres',
};
const WITHIN: JsonSchema = {
  ...object({ west: NUMBER(-180, 180), south: NUMBER(-90, 90), east: NUMBER(-180, 180), north: NUMBER(-90, 90) }, [
    'west',
    'south',
    'east',
    'north',
  ]),
  description: 'Entities within a box, in degrees',
};

interface QueryInput {
  readonly type?: string;
  readonly ids?: readonly string[];
  readonly q?: string;
  readonly scope?: string;
  readonly near?: { readonly longitude: number; readonly latitude: number; readonly metres: number };
  readonly within?: { readonly west: number; readonly south: number; readonly east: number; readonly north: number };
  readonly attributes?: readonly string[];
  readonly orderBy?: string;
  readonly limit?: number;
  readonly offset?: number;
}

/** Tools that find and read entities in their present state. */
export const ENTITY_TOOLS = [
  tool<{ text: string; type?: string; limit?: number }>({
    name: 'search_territory',
    title: 'Search the territory',
    description:
      'Finds entities and streets by words: a name, a street, a kind or a text. Ignores accents; best matches first. Start here when you have words and need ids.',
    properties: { text: text('Search words, at most 8', 200), type: TYPE, limit: LIMIT },
    required: ['text'],
    request: ({ text: sought, type, limit }) => ({
      method: 'GET',
      path: pathWith('/territory/search', { text: sought, type, limit }),
    }),
  }),
  tool<{ type?: string }>({
    name: 'list_types',
    title: 'List types and attributes',
    description:
      'Without a type: the entity types that you may read, with their attributes. With a type: its attributes and its number of entities.',
    properties: { type: TYPE },
    request: ({ type }) => ({
      method: 'GET',
      path: type === undefined ? '/ngsi-ld/v1/types?details=true' : `/ngsi-ld/v1/types/${encodeURIComponent(type)}`,
    }),
  }),
  tool<QueryInput>({
    name: 'query_entities',
    title: 'Query entities',
    description:
      'Queries current entities by NGSI-LD: type, q, scope (commune), place. Values are in simplified form; `count` is the total number of matches. Ask for few attributes.',
    properties: {
      type: TYPE,
      ids: words('Ids of entities', 50),
      q: Q,
      scope: SCOPE,
      near: NEAR,
      within: WITHIN,
      attributes: words('The attributes wanted; default all'),
      orderBy: text('An attribute to order by; append ;desc for descending order', 200),
      limit: LIMIT,
      offset: OFFSET,
    },
    request: (input) => ({ method: 'GET', path: pathWith('/ngsi-ld/v1/entities', queryParameters(input)) }),
  }),
  tool<{ id: string; attributes?: readonly string[] }>({
    name: 'get_entity',
    title: 'Read an entity',
    description: 'One entity with its current values, in simplified form.',
    properties: { id: ENTITY_ID, attributes: words('The attributes wanted; default all') },
    required: ['id'],
    request: ({ id, attributes }) => ({
      method: 'GET',
      path: pathWith(`/ngsi-ld/v1/entities/${encodeURIComponent(id)}`, { options: 'keyValues', attrs: attributes }),
    }),
  }),
];

function queryParameters(input: QueryInput) {
  const { type, ids, q, scope, near, within, attributes, orderBy, limit = USUAL_LIMIT, offset } = input;
  if (type === undefined && ids === undefined && q === undefined && attributes === undefined) {
    throw refused('type', type, 'a type, or ids, q or attributes instead');
  }
  if (near && within) throw refused('within', within, 'either near or within');
  return {
    type,
    id: ids,
    q,
    scopeQ: scope,
    attrs: attributes,
    orderBy,
    limit,
    offset,
    options: 'keyValues',
    count: 'true',
    // Other brokers can't be queried by id alone.
    ...(type === undefined && q === undefined && attributes === undefined && { local: 'true' }),
    ...(near && {
      georel: `near;maxDistance==${near.metres}`,
      geometry: 'Point',
      coordinates: JSON.stringify([near.longitude, near.latitude]),
    }),
    ...(within && { georel: 'within', geometry: 'Polygon', coordinates: JSON.stringify([ringOf(within)]) }),
  };
}

function ringOf({ west, south, east, north }: NonNullable<QueryInput['within']>) {
  const first = [west, south];
  return [first, [east, south], [east, north], [west, north], first];
}
