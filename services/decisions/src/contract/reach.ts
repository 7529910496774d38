import { object, Type, type Value } from '@alzette/kit/contract';
import { Words } from './words.ts';

export const MODES = ['walk', 'cycle', 'bus'] as const;
export const PLACE_KINDS = ['stop', 'school', 'service', 'sports', 'container', 'recycling', 'charger'] as const;
export type PlaceKind = (typeof PLACE_KINDS)[number];

export const Position = Type.Tuple([
  Type.Number({ minimum: -180, maximum: 180 }),
  Type.Number({ minimum: -90, maximum: 90 }),
]);
export const Ring = Type.Array(Position, { minItems: 3, maxItems: 500, description: 'The ring of an area on the map' });
const Minutes = Type.Integer({ minimum: 1, maximum: 60 });
const Way = {
  mode: Type.Enum(MODES),
  minutes: Minutes,
  day: Type.Optional(Type.String({ format: 'date', description: 'Of the timetable; absent: today. Only by bus' })),
  hour: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 23, description: 'The hour of leaving, by default 7. Only by bus' }),
  ),
};

export const ReachAsked = object({ ...Way, from: Position });
export const Reach = object({
  kmPerHour: Type.Number({ description: 'The speed on foot or by bicycle' }),
  isApart: Type.Boolean({ description: 'The place is too far from the streets' }),
  bands: Type.Array(
    object({
      minutes: Minutes,
      streets: Type.Array(Type.Array(Position), { description: 'Pieces of streets that are reached within these' }),
    }),
  ),
  people: Type.Number({ description: 'Inhabitants of the 200 m cells whose middle is reached' }),
  places: Type.Array(object({ kind: Type.Enum(PLACE_KINDS), title: Words, count: Type.Integer() })),
});

export const PeopleAsked = object({
  ...Way,
  kinds: Type.Array(Type.Enum(PLACE_KINDS), { minItems: 1, maxItems: PLACE_KINDS.length, uniqueItems: true }),
});
const Share = Type.Number({ minimum: 0, maximum: 1 });
export const PeopleReach = object({
  kmPerHour: Type.Number(),
  cells: Type.Integer({ description: '0: no population by cells was imported' }),
  people: Type.Number(),
  apart: Type.Number({ description: 'People of cells that are too far from the streets; they reach nothing' }),
  kinds: Type.Array(
    object({
      kind: Type.Enum(PLACE_KINDS),
      title: Words,
      places: Type.Integer(),
      people: Type.Number(),
      share: Share,
      middle: Type.Optional(Type.Number({ description: 'Minutes to the nearest one, of the person in the middle' })),
    }),
  ),
  all: object({ people: Type.Number(), share: Share }, 'Who reaches one of each kind'),
  imputed: Type.Number({ description: 'People of cells whose number was estimated by the statistical office' }),
});

/** What is changed on the map, as a part of a variant. */
export const Change = Type.Union([
  object({ kind: Type.Literal('district'), area: Ring, homes: Type.Integer({ minimum: 1, maximum: 5000 }) }),
  object({ kind: Type.Literal('stop'), at: Position }),
  object({
    kind: Type.Literal('lamps'),
    area: Ring,
    level: Type.Number({ minimum: 0, maximum: 1, description: '0 is off, 0.5 half the light' }),
  }),
  object({ kind: Type.Literal('trees'), area: Ring, trees: Type.Integer({ minimum: 1, maximum: 20_000 }) }),
  object({ kind: Type.Literal('closing'), place: Type.Enum(['school', 'stop', 'container'] as const), at: Position }),
]);
const Served = object({
  people: Type.Number(),
  within: Type.Array(object({ metres: Type.Number(), share: Share })),
  meanMetres: Type.Number(),
  longestMetres: Type.Number(),
  apart: Type.Number({ description: 'People without a way' }),
});
export const GROUPS = ['income1', 'income2', 'income3', 'income4', 'income5', 'young', 'adult', 'old'] as const;
export type GroupId = (typeof GROUPS)[number];
export const ServedChange = object(
  {
    place: Type.Enum(['stop', 'school', 'container'] as const),
    before: Served,
    after: Served,
    nearer: Type.Number(),
    farther: Type.Number(),
    groups: Type.Optional(
      Type.Array(
        object({
          id: Type.Enum(GROUPS),
          before: Type.Number({ description: 'Mean metres' }),
          after: Type.Number(),
          nearer: Type.Number(),
          farther: Type.Number(),
        }),
      ),
    ),
    district: Type.Optional(
      object(
        { before: Type.Optional(Type.Number()), after: Type.Optional(Type.Number()) },
        'Metres from the new district',
      ),
    ),
  },
  'How far people walk to the nearest one, before and after',
);

export type ReachAsked = Value<typeof ReachAsked>;
export type Reach = Value<typeof Reach>;
export type PeopleAsked = Value<typeof PeopleAsked>;
export type PeopleReach = Value<typeof PeopleReach>;
export type Change = Value<typeof Change>;
export type ServedChange = Value<typeof ServedChange>;
