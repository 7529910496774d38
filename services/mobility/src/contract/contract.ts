import {
  contract,
  dateTime,
  day,
  decimal,
  listOf,
  object,
  oneOf,
  Type,
  text,
  uri,
  type Value,
  wholeNumber,
} from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';
import { MOBILITY } from './paths.ts';

const Instant = Type.String({ format: 'date-time' });
const Position = Type.Tuple([Type.Number(), Type.Number()], { description: 'Longitude and latitude, degrees' });

const Stop = object({
  id: Type.String(),
  name: Type.String(),
  location: Type.Optional(Position),
  operator: Type.String(),
  country: Type.Optional(
    Type.Enum(['FR', 'LU', 'BE', 'DE'], {
      description: 'ISO 3166-1 alpha-2, derived from the time zone of the agency',
    }),
  ),
  distance: Type.Optional(Type.Number({ description: 'Metres' })),
  platform: Type.Optional(Type.String({ description: 'Its name at its station' })),
  station: Type.Optional(Type.String({ description: 'Its id stands for all its platforms' })),
  wheelchair: Type.Optional(Type.Boolean({ description: 'Whether it is accessible in a wheelchair; absent: unknown' })),
});

const MODES = ['tram', 'metro', 'train', 'bus', 'ferry', 'other'] as const;
const Colour = Type.String({ description: 'RGB in hexadecimal, such as #1b7f3b' });
const Departure = object({
  id: Type.String(),
  stop: Type.String(),
  platform: Type.Optional(Type.String()),
  line: Type.String(),
  headSign: Type.String(),
  mode: Type.Enum(MODES),
  colour: Type.Optional(Colour),
  textColour: Type.Optional(Colour),
  planned: Instant,
  expected: Instant,
  status: Type.Enum(['realTime', 'scheduled', 'cancelled']),
  delay: Type.Optional(Type.Number({ description: 'Seconds; absent without real time' })),
  operator: Type.String(),
});

const BoardSource = object(
  {
    feed: Type.String(),
    operator: Type.String(),
    realTime: Type.Enum(['fresh', 'stale', 'none']),
    label: Type.String(),
  },
  'The source and freshness of the times of a feed',
);

const Disruption = object({
  id: Type.String(),
  title: Type.String(),
  text: Type.Optional(Type.String()),
  language: Type.Optional(Type.String({ description: 'Of title and text; absent: the feed does not say it' })),
  severity: Type.String(),
  effect: Type.String(),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
  stops: Type.Array(Type.String()),
  routes: Type.Array(Type.String()),
});

const Board = object({
  stops: Type.Array(Stop),
  departures: Type.Array(Departure),
  sources: Type.Array(BoardSource),
  disruptions: Type.Array(Disruption),
});
const Timetable = object({
  from: Instant,
  to: Instant,
  stops: Type.Array(Stop),
  departures: Type.Array(Departure),
});

const JourneyPlace = object({
  name: Type.Optional(Type.String()),
  stop: Type.Optional(Type.String()),
  location: Position,
});
const TIMES = { departs: Instant, arrives: Instant };
const JourneyLeg = object({
  ...TIMES,
  mode: Type.Enum(['walk', ...MODES]),
  from: JourneyPlace,
  to: JourneyPlace,
  line: Type.Optional(Type.String()),
  headSign: Type.Optional(Type.String()),
  colour: Type.Optional(Colour),
  textColour: Type.Optional(Colour),
  operator: Type.Optional(Type.String()),
  metres: Type.Optional(Type.Number({ description: 'On foot' })),
});
const Journey = object({ ...TIMES, changes: Type.Integer(), legs: Type.Array(JourneyLeg) });

const PLACE = {
  id: Type.String(),
  name: Type.String(),
  location: Type.Optional(Position),
  observedAt: Type.Optional(Instant),
};
const FREE = {
  ...PLACE,
  capacity: Type.Optional(Type.Number()),
  free: Type.Optional(Type.Number()),
};
const Parking = object({ ...FREE, kind: Type.Enum(['onStreet', 'offStreet']) });
const ChargingStation = object({ ...FREE, status: Type.String(), sockets: Type.Array(Type.String()) });
const Counter = object({
  ...PLACE,
  vehicles: Type.String(),
  intensity: Type.Optional(Type.Number({ description: 'Vehicles per hour' })),
  speed: Type.Optional(Type.Number({ description: 'km/h' })),
});

const LANGUAGE = { language: oneOf(LANGUAGES, { default: 'fr' }) };
const OF_STOPS = { stop: listOf(uri(), { max: 10, required: true }) };
const STOP = 'urn:ngsi-ld:GtfsStop:LU-national:200405035';

/** Public transport of several operators, parking, charging and traffic counters. All of `/citizen/v1` is public. */
export const mobilityContract = contract(MOBILITY, {
  stops: {
    access: 'nothing',
    summary: 'Public transport stops near a place, nearest first, or by name',
    query: {
      ...LANGUAGE,
      longitude: decimal({ min: -180, max: 180 }),
      latitude: decimal({ min: -90, max: 90 }),
      radius: wholeNumber({ min: 10, max: 20_000, default: 800 }),
      text: text({ max: 60 }),
      limit: wholeNumber({ min: 1, max: 100, default: 20 }),
    },
    cached: 'minute',
    answers: { 200: object({ stops: Type.Array(Stop) }) },
  },
  departures: {
    access: 'nothing',
    summary: 'Departures from stops, of several operators, in real time where available',
    query: { ...LANGUAGE, ...OF_STOPS, limit: wholeNumber({ min: 1, max: 100, default: 20 }) },
    cached: 'minute',
    answers: { 200: Board },
    example: { query: { stop: [STOP] } },
  },
  disruptions: {
    access: 'nothing',
    summary: 'Current and future disruptions of public transport',
    query: { ...LANGUAGE, stop: uri() },
    cached: 'minute',
    answers: { 200: object({ disruptions: Type.Array(Disruption) }) },
  },
  timetable: {
    access: 'nothing',
    summary: 'Departures from stops on given days by the timetable only, for offline use',
    query: { ...OF_STOPS, day: day(), days: wholeNumber({ min: 1, max: 3, default: 1 }) },
    cached: 'minute',
    answers: { 200: Timetable },
    example: { query: { stop: [STOP] } },
  },
  journeys: {
    access: 'nothing',
    summary: 'The next journeys from place to place by the timetables of all operators, and on foot',
    query: {
      fromLongitude: decimal({ min: -180, max: 180, required: true }),
      fromLatitude: decimal({ min: -90, max: 90, required: true }),
      toLongitude: decimal({ min: -180, max: 180, required: true }),
      toLatitude: decimal({ min: -90, max: 90, required: true }),
      at: dateTime(),
    },
    cached: 'minute',
    answers: {
      200: object({
        journeys: Type.Array(Journey),
        walking: object({
          kmPerHour: Type.Number(),
          detour: Type.Number({ description: 'How much longer than the straight line ways are taken to be' }),
        }),
      }),
    },
    example: { query: { fromLongitude: 5.93, fromLatitude: 49.47, toLongitude: 5.95, toLatitude: 49.5 } },
  },
  parking: {
    access: 'nothing',
    summary: 'The car parks, with their number of free spaces',
    query: LANGUAGE,
    cached: 'minute',
    answers: { 200: object({ parking: Type.Array(Parking) }) },
  },
  charging: {
    access: 'nothing',
    summary: 'The charging stations, with their number of free points',
    query: LANGUAGE,
    cached: 'minute',
    answers: { 200: object({ stations: Type.Array(ChargingStation) }) },
  },
  cockpit: {
    access: 'read',
    summary: 'Car parks, charging stations and counters with their current values',
    answers: {
      200: object({
        parking: Type.Array(Parking),
        charging: Type.Array(ChargingStation),
        counters: Type.Array(Counter),
      }),
    },
  },
  counter: {
    access: 'read',
    summary: 'The hourly means of an attribute of a counter',
    params: { id: uri() },
    query: { days: wholeNumber({ min: 1, max: 92, default: 7 }), attribute: text({ max: 40, required: true }) },
    answers: {
      200: object({
        id: Type.String(),
        attribute: Type.String(),
        hours: Type.Array(object({ at: Instant, mean: Type.Number() })),
      }),
    },
    example: { params: { id: 'urn:ngsi-ld:TrafficFlowObserved:bridge' }, query: { attribute: 'intensity' } },
  },
});

export type MobilityContract = typeof mobilityContract;
export type Stop = Value<typeof Stop>;
export type Departure = Value<typeof Departure>;
export type BoardSource = Value<typeof BoardSource>;
export type Disruption = Value<typeof Disruption>;
export type Board = Value<typeof Board>;
export type Timetable = Value<typeof Timetable>;
export type Journey = Value<typeof Journey>;
export type JourneyLeg = Value<typeof JourneyLeg>;
export type JourneyPlace = Value<typeof JourneyPlace>;
export type Parking = Value<typeof Parking>;
export type ChargingStation = Value<typeof ChargingStation>;
export type Counter = Value<typeof Counter>;
