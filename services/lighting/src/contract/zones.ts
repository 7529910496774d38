import { contract, object, Position, Type, text, type Value } from '@alzette/kit/contract';
import { ZONES } from './paths.ts';
import { Day, GivenZone, Name, TEXT_OR_NULL, words, ZoneKind } from './schemas.ts';

const Area = object(
  {
    type: Type.Enum(['Polygon']),
    coordinates: Type.Array(Type.Array(Position, { minItems: 4, maxItems: 2_000 }), { minItems: 1, maxItems: 20 }),
  },
  'GeoJSON, WGS 84',
);
const DrawnZone = object(
  { id: Type.String(), name: Type.String(), area: Area, author: Type.String(), lamps: Type.Integer() },
  'A part of the territory that a user has drawn, for different lighting',
);
const Place = object({ zone: Type.String(), lamps: Type.Integer() });
const Places = object({
  zones: Type.Array(DrawnZone),
  communes: Type.Array(Place),
  streets: Type.Array(object({ ...Place.properties, zone: Type.String({ description: '`commune/street`' }) })),
  cabinets: Type.Array(object({ ...Place.properties, name: TEXT_OR_NULL })),
});
const Assignment = object({
  kind: ZoneKind,
  zone: Type.String({ description: 'Empty for all' }),
  from: Type.String({ format: 'date', description: 'The evening of its first night' }),
  strategy: Type.String(),
  version: Type.Integer(),
});

/** Drawn zones of the territory, and which strategy runs in which zone, from which night on. */
export const zoneContract = contract(ZONES, {
  list: {
    access: 'read',
    summary: 'The zones for strategies: drawn zones, communes, streets and cabinets',
    answers: { 200: Places },
  },
  draw: {
    access: 'write',
    audited: { values: 'body' },
    summary: 'Saves a drawn zone: a name and a GeoJSON polygon',
    body: object({ name: words(100), area: Area }),
    answers: { 201: DrawnZone },
    example: {
      body: {
        name: 'Park',
        area: {
          type: 'Polygon',
          coordinates: [
            [
              [5.9, 49.46],
              [5.92, 49.46],
              [5.92, 49.48],
              [5.9, 49.46],
            ],
          ],
        },
      },
    },
  },
  remove: {
    access: 'write',
    audited: { values: 'above' },
    summary: 'Deletes a drawn zone in which no strategy has run',
    params: { id: text() },
    answers: { 204: null },
  },
  assignments: {
    access: 'read',
    summary: 'The assignments: which lighting strategy applies where, and from which night',
    answers: { 200: object({ assignments: Type.Array(Assignment) }) },
  },
  assign: {
    access: 'administer',
    audited: { values: 'body' },
    summary: 'Sets the lighting strategy of a zone from a given night',
    body: object({
      kind: ZoneKind,
      zone: Type.Optional(GivenZone),
      from: Day,
      strategy: Name,
      version: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Default: the latest' })),
    }),
    answers: { 201: Assignment },
    example: { body: { kind: 'commune', zone: 'Thil', from: '2026-06-21', strategy: 'two-levels' } },
  },
});

export type ZoneContract = typeof zoneContract;
export type Area = Value<typeof Area>;
export type DrawnZone = Value<typeof DrawnZone>;
export type Places = Value<typeof Places>;
export type Assignment = Value<typeof Assignment>;
