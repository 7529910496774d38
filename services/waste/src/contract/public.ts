import { contract, day, decimal, media, object, oneOf, Position, Type, text, type Value } from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';
import { FULL } from './containers.ts';
import { PUBLIC_WASTE } from './paths.ts';
import { Day, Instant } from './schemas.ts';

const Sector = object({
  id: Type.String(),
  name: Type.String(),
  commune: Type.Optional(Type.String()),
  topic: Type.String({ description: 'Of reminders' }),
});
export type ShownSector = Value<typeof Sector>;

const Collection = object({
  day: Day,
  kind: Type.String(),
  title: Type.String(),
  shiftedFrom: Type.Optional(Day),
  holiday: Type.Optional(Type.String()),
  putOut: Type.String({ description: 'On the evening before, local time' }),
});
export type ShownCollection = Value<typeof Collection>;

const Queue = object({
  vehicles: Type.Number(),
  minutes: Type.Number(),
  shortest: Type.Number({ description: 'The limits of the 80 % interval of the wait' }),
  longest: Type.Number(),
  confidence: Type.Enum(['high', 'medium', 'low'], {
    description: 'By the age of the count, because later arrivals and departures are unknown',
  }),
  observedAt: Type.String(),
});
/** The waiting time at a gate, with its confidence. */
export type Queue = Value<typeof Queue>;

const Centre = object({
  id: Type.String(),
  name: Type.Optional(Type.String()),
  commune: Type.Optional(Type.String()),
  location: Type.Optional(Position),
  address: Type.Optional(Type.Unknown({ description: 'As in the entity' })),
  openingHours: Type.Array(Type.String()),
  open: Type.Optional(Type.Boolean({ description: 'Absent: the opening hours are not understood' })),
  changesAt: Type.Optional(Instant),
  queue: Type.Optional(Queue),
});
export type ShownCentre = Value<typeof Centre>;

const LANGUAGE = { language: oneOf(LANGUAGES, { default: 'fr' }) };
const OF_SECTOR = { ...LANGUAGE, sector: text({ max: 100, required: true }) };
const OPEN = { access: 'nothing', cached: 'minute' } as const;

export const publicWasteContract = contract(PUBLIC_WASTE, {
  sectors: {
    ...OPEN,
    summary: 'Sectors of waste collection: those of a commune, or the one of a place',
    query: {
      ...LANGUAGE,
      longitude: decimal({ min: -180, max: 180 }),
      latitude: decimal({ min: -90, max: 90 }),
      commune: text({ max: 64 }),
    },
    answers: { 200: object({ sectors: Type.Array(Sector) }) },
  },
  collections: {
    ...OPEN,
    summary: 'The collections of a sector by day, with shifts for public holidays',
    query: { ...OF_SECTOR, from: day(), to: day() },
    answers: {
      200: object({ sector: Sector, collections: Type.Array(Collection), next: Type.Optional(Collection) }),
    },
    example: { query: { sector: 'villerupt-centre' } },
  },
  calendar: {
    ...OPEN,
    summary: 'The collections of a sector as a calendar',
    query: OF_SECTOR,
    answers: { 200: media('text/calendar; charset=utf-8') },
    example: { query: { sector: 'villerupt-centre' } },
  },
  centres: {
    ...OPEN,
    summary: 'Recycling centres: opening hours, whether they are open, and the number of waiting vehicles',
    query: { ...LANGUAGE, commune: text({ max: 64 }) },
    answers: { 200: object({ centres: Type.Array(Centre) }) },
  },
  forecasts: {
    ...OPEN,
    summary: 'The forecast of when containers are full, each with the interval that is right in eight of ten cases',
    query: LANGUAGE,
    answers: { 200: object({ forecasts: Type.Array(object({ id: Type.String(), ...FULL })) }) },
  },
});
export type PublicWasteContract = typeof publicWasteContract;
