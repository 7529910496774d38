import { byName, contract, object, Position, Type, text, type Value, wholeNumber } from '@alzette/kit/contract';
import type { MapLayer } from '@alzette/ngsi-ld-schemas/map';
import { TERRITORY_VIEWS } from './paths.ts';

export const MEASURES = ['count', 'sum', 'average', 'lowest', 'highest', 'increase'] as const;
export const STEPS = ['hour', 'day', 'week', 'month', 'all'] as const;

const TextOrNull = Type.Union([Type.String(), Type.Null()]);
const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);
const PositionOrNull = Type.Union([Position, Type.Null()]);
const Texts = Type.Array(Type.String());

const Layers = Type.Array(Type.Unsafe<MapLayer>({ type: 'object', description: 'A MapLayer' }), {
  minItems: 1,
  maxItems: 20,
});
const Box = Type.Array(Type.Number(), { description: 'West, south, east, north in degrees' });
const Filter = object({
  scopes: Type.Optional(Texts),
  text: Type.Optional(Type.String()),
  classes: Type.Optional(byName(Texts)),
  attention: Type.Optional(Type.Boolean()),
});
const MapQuestion = object({
  layers: Layers,
  zoom: Type.Number(),
  box: Type.Optional(Box),
  filter: Type.Optional(Filter),
  totals: Type.Optional(Type.Boolean()),
});
const Index = Type.Integer({ minimum: 0 });
const MapView = object(
  {
    shows: Type.Enum(['scopes', 'cells', 'points']),
    cells: Type.Optional(
      Type.Array(
        object({
          scope: TextOrNull,
          at: Position,
          counts: Type.Array(Type.Tuple([Index, Index, Type.Integer(), Type.Integer()]), {
            description: 'Layer, class, number of entities, number of silent ones',
          }),
        }),
      ),
    ),
    points: Type.Optional(
      Type.Array(
        Type.Tuple([Type.String(), Index, Index, Type.Number(), Type.Number(), NumberOrNull, NumberOrNull, TextOrNull]),
        { description: 'Id, layer, class, longitude, latitude, value, seconds since 1970, name' },
      ),
    ),
    totals: Type.Optional(
      Type.Array(Type.Tuple([Index, Index, TextOrNull, Type.Integer(), Type.Integer()]), {
        description: 'Layer, class, scope, number of entities, number of silent ones',
      }),
    ),
  },
  'Layers and classes count from 0, as in the request',
);

const Found = object({
  entities: Type.Array(
    object({
      id: Type.String(),
      type: Texts,
      name: TextOrNull,
      street: TextOrNull,
      locality: TextOrNull,
      scope: TextOrNull,
      at: PositionOrNull,
    }),
  ),
  streets: Type.Array(
    object({ street: Type.String(), locality: TextOrNull, count: Type.Integer(), at: PositionOrNull }),
  ),
  resembling: Type.Boolean({ description: 'Nothing contains the words; the hits contain similar ones' }),
});

const ENTITIES = { q: Type.Optional(Type.String()), scopes: Type.Optional(Texts) };
const Question = object({
  type: Type.String(),
  ...ENTITIES,
  near: Type.Optional(object({ type: Type.String(), ...ENTITIES, metres: Type.Number() })),
  group: Type.Optional(
    Type.Array(
      object({
        by: Type.Enum(['attribute', 'scope', 'type', 'entity']),
        attribute: Type.Optional(Type.String()),
        path: Type.Optional(Type.String()),
        levels: Type.Optional(Type.Integer()),
      }),
      { maxItems: 2 },
    ),
  ),
  measure: Type.Optional(object({ kind: Type.Enum(MEASURES), attribute: Type.Optional(Type.String()) })),
  over: Type.Optional(
    object({
      from: Type.String({ description: 'UTC' }),
      to: Type.String({ description: 'UTC' }),
      step: Type.Optional(Type.Enum(STEPS)),
      timeZone: Type.Optional(Type.String()),
    }),
  ),
  limit: Type.Optional(Type.Integer({ maximum: 5000 })),
});
const Analysis = object({
  rows: Type.Array(
    object({
      keys: Type.Array(TextOrNull),
      at: TextOrNull,
      value: NumberOrNull,
      count: Type.Integer(),
    }),
  ),
  isCut: Type.Boolean(),
  hasUtcDays: Type.Optional(
    Type.Boolean({ description: 'Some days are UTC days, because sums of hours are gone or too many to read' }),
  ),
});

const LAYERS: MapLayer[] = [
  { type: 'Streetlight', classes: [{ key: 'lit', when: [{ attribute: 'powerState', is: ['on'] }] }] },
];

/** What maps, searches and analyses show of the entities, within the rights of the caller. */
export const territoryViewContract = contract(TERRITORY_VIEWS, {
  map: {
    access: 'read',
    summary: 'The contents of a map within a box: counts by class at low zoom, points at high zoom',
    body: MapQuestion,
    answers: { 200: MapView },
    example: { body: { layers: LAYERS, zoom: 12, box: [5.88, 49.36, 6.05, 49.51] } },
  },
  list: {
    access: 'read',
    summary: 'Ids of the entities on a map, most severe first',
    body: object({
      layers: Layers,
      box: Type.Optional(Box),
      filter: Type.Optional(Filter),
      limit: Type.Optional(Type.Integer({ maximum: 5000 })),
      offset: Type.Optional(Type.Integer()),
    }),
    answers: { 200: object({ ids: Texts, count: Type.Integer() }) },
    example: { body: { layers: LAYERS, limit: 50 } },
  },
  search: {
    access: 'read',
    summary: 'Finds entities and streets by words, ignoring accents; best matches first',
    query: { text: text({ max: 200, required: true }), type: text(), limit: wholeNumber({ min: 1, max: 50 }) },
    answers: { 200: Found },
    example: { query: { text: 'lavoir' } },
  },
  analyse: {
    access: 'read',
    summary: 'Groups and aggregates entities by current values or over time, also by nearby entities',
    body: Question,
    answers: { 200: Analysis },
    example: {
      body: {
        type: 'ServiceRequest',
        near: { type: 'Streetlight', q: 'illuminanceLevel<=0.3', metres: 50 },
        group: [{ by: 'scope' }],
        measure: { kind: 'count' },
      },
    },
  },
});

export type TerritoryViewContract = typeof territoryViewContract;
export type MapView = Value<typeof MapView>;
export type FoundInTerritory = Value<typeof Found>;
export type MapQuestion = Value<typeof MapQuestion>;
export type MapFilter = Value<typeof Filter>;
export type TerritoryQuestion = Value<typeof Question>;
