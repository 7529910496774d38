import {
  byName,
  contract,
  decimal,
  object,
  oneOf,
  Position,
  Type,
  uri,
  type Value,
  wholeNumber,
} from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';
import { ENVIRONMENT, PUBLIC_ENVIRONMENT } from './paths.ts';

const Level = Type.Integer({ minimum: 1, maximum: 6, description: 'From 1 (good) to 6 (extremely bad)' });
const Scheme = Type.Enum(['ATMO', 'EAQI']);
const INDEX = {
  scheme: Scheme,
  level: Level,
  label: Type.String(),
  colour: Type.String({ description: 'The official one' }),
  pollutant: Type.String({ description: 'The one with the worst level' }),
  advice: Type.String(),
};
const AirIndex = object(INDEX);

const STATION = {
  id: Type.String(),
  name: Type.String(),
  location: Type.Optional(Position),
  observedAt: Type.Optional(Type.String({ description: 'The latest observation' })),
  isFresh: Type.Boolean({ description: 'Whether that was recent enough for what the station measures' }),
};
const Station = object(STATION);
const Measured = object({ key: Type.String(), name: Type.String(), value: Type.Number(), unit: Type.String() });
const AirStation = object({
  ...STATION,
  distance: Type.Optional(Type.Integer({ description: 'Metres from the place that was asked for' })),
  atmo: Type.Optional(AirIndex),
  european: Type.Optional(AirIndex),
  pollutants: Type.Array(object({ ...Measured.properties, level: Level })),
});

const RISK = { level: Type.Integer({ minimum: 0, maximum: 5 }), label: Type.String() };
const Pollen = object({
  ...STATION,
  ...RISK,
  taxa: Type.Array(object({ key: Type.String(), name: Type.String(), ...RISK })),
});
const Source = { name: Type.String(), url: Type.String() };
const Scale = object(
  {
    scheme: Scheme,
    source: object(Source),
    levels: Type.Array(object({ level: Level, label: Type.String(), colour: Type.String() })),
  },
  'The levels of an index, best first',
);
const Air = object({
  index: Type.Optional(object(INDEX, 'Of the worst station')),
  stations: Type.Array(AirStation),
  pollen: Type.Array(Pollen),
  scales: Type.Array(Scale),
});

const WeatherStation = object({
  ...STATION,
  temperature: Type.Optional(Type.Number({ description: '°C' })),
  humidity: Type.Optional(Type.Number({ description: '0 to 1' })),
  wind: Type.Optional(Type.Number({ description: 'm/s' })),
  precipitation: Type.Optional(Type.Number({ description: 'Millimetres in the last hour' })),
});
const Weather = object({ stations: Type.Array(WeatherStation) });
const ThreeLevels = Type.Integer({ minimum: 1, maximum: 3 });
const NoiseStation = object({
  ...STATION,
  laeq: Type.Optional(Type.Number({ description: 'dB(A) of the last period' })),
  level: Type.Optional(ThreeLevels),
  label: Type.Optional(Type.String()),
});
const Noise = object({
  stations: Type.Array(NoiseStation),
  limits: object({ guideline: Type.Number(), limit: Type.Number() }, 'dB(A)'),
});

const Use = Type.Enum(['bathing', 'drinking']);
const WaterStation = object({
  ...STATION,
  use: Type.Optional(Use),
  level: Type.Optional(Type.Integer({ ...ThreeLevels, description: '1: good; 2: tolerated; 3: above a limit' })),
  label: Type.Optional(Type.String()),
  advice: Type.Optional(Type.String()),
  parameters: Type.Array(object({ ...Measured.properties, level: Type.Optional(ThreeLevels) })),
});
const Water = object({
  stations: Type.Array(WaterStation),
  sources: Type.Array(object({ use: Use, ...Source }), { description: 'Of the thresholds' }),
});

const NOISE_INDICES = {
  lden: Type.Optional(Type.Number({ description: 'Lden in dB(A)' })),
  lnight: Type.Optional(Type.Number({ description: 'Lnight in dB(A)' })),
};
const Past = object({
  id: Type.String(),
  hours: byName(
    Type.Array(Type.Tuple([Type.String({ format: 'date-time' }), Type.Number({ description: 'The mean' })])),
  ),
  trends: byName(
    object({
      mean: Type.Optional(Type.Number({ description: 'Of the last week' })),
      change: Type.Optional(Type.Number({ description: 'From the week before, as a share' })),
    }),
  ),
  days: Type.Array(object({ day: Type.String({ format: 'date' }), ...INDEX })),
  noise: Type.Optional(
    object(
      {
        ...NOISE_INDICES,
        days: Type.Array(object({ day: Type.String({ format: 'date' }), ...NOISE_INDICES })),
      },
      'Of a sound level meter: the indices of the days together, and of each',
    ),
  ),
});

const LANGUAGE = { language: oneOf(LANGUAGES, { default: 'fr' }) };
const OPEN = { access: 'nothing', query: LANGUAGE, cached: 'minute' } as const;

/** Public measurements of stations. */
export const publicEnvironmentContract = contract(PUBLIC_ENVIRONMENT, {
  air: {
    ...OPEN,
    summary: 'Air quality by the ATMO and the European index, with advice and pollen levels',
    query: { ...LANGUAGE, longitude: decimal({ min: -180, max: 180 }), latitude: decimal({ min: -90, max: 90 }) },
    answers: { 200: Air },
  },
  weather: { ...OPEN, summary: 'Measurements of the weather stations', answers: { 200: Weather } },
  noise: { ...OPEN, summary: 'Measurements of the sound level meters', answers: { 200: Noise } },
  water: {
    ...OPEN,
    summary:
      'Bathing places and drinking water: the last analysis, its verdict, advice, and the source of the thresholds',
    answers: { 200: Water },
  },
});

export const environmentContract = contract(ENVIRONMENT, {
  station: {
    access: 'read',
    summary:
      'The history of an air, weather, noise, pollen or water station: hourly values, the daily ATMO index, noise indices, and trends',
    params: { id: uri() },
    query: { ...LANGUAGE, days: wholeNumber({ min: 1, max: 92, default: 14 }) },
    answers: { 200: Past },
    example: { params: { id: 'urn:ngsi-ld:AirQualityObserved:1' } },
  },
});

export type PublicEnvironmentContract = typeof publicEnvironmentContract;
export type EnvironmentContract = typeof environmentContract;
export type Station = Value<typeof Station>;
export type AirIndex = Value<typeof AirIndex>;
export type AirStation = Value<typeof AirStation>;
export type Pollen = Value<typeof Pollen>;
export type Scale = Value<typeof Scale>;
export type Air = Value<typeof Air>;
export type WeatherStation = Value<typeof WeatherStation>;
export type Weather = Value<typeof Weather>;
export type NoiseStation = Value<typeof NoiseStation>;
export type Noise = Value<typeof Noise>;
export type WaterStation = Value<typeof WaterStation>;
export type Water = Value<typeof Water>;
export type Past = Value<typeof Past>;
