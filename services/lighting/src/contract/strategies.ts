import { contract, day, object, Type, text, type Value } from '@alzette/kit/contract';
import { STRATEGIES } from './paths.ts';
import { StrategyBody, StrategyDocument } from './programmes.ts';
import { Day, Instant, Levels } from './schemas.ts';

export const STRATEGY_ID = '^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$';

export const LegalFinding = object(
  {
    rule: Type.Enum(['colourTemperature', 'onBeforeSunset', 'offInTheNight']),
    article: Type.String(),
    lamps: Type.Optional(Type.Integer()),
    programme: Type.Optional(Type.String()),
    detail: Type.String(),
  },
  'A rule of the order of 27 December 2018 that lamps (their number) or a programme violate',
);
export type LegalFinding = Value<typeof LegalFinding>;

const Strategy = object({
  id: Type.String(),
  version: Type.Integer(),
  author: Type.String(),
  createdAt: Instant,
  document: StrategyDocument,
});
const Checked = object({ ...Strategy.properties, legal: Type.Array(LegalFinding) });
const SunClock = object(
  {
    sunset: Type.Optional(Type.String()),
    civilDusk: Type.Optional(Type.String()),
    civilDawn: Type.Optional(Type.String()),
    sunrise: Type.Optional(Type.String()),
  },
  'Local times of tonight, HH:MM. Near the polar circles, some events do not occur',
);
const StrategyNight = object({
  night: Day,
  on: Instant,
  off: Instant,
  burningHours: Type.Number(),
  powerHours: Type.Number({ description: 'To multiply by the power of a lamp' }),
  programme: Type.String(),
  rule: Type.Optional(Type.String()),
  timeZone: Type.String(),
  levels: Levels,
});

/** Programmes with their calendar. Versions never change. */
export const strategyContract = contract(STRATEGIES, {
  list: {
    access: 'read',
    summary: 'The lighting strategies in their latest version, and tonight’s sun times',
    answers: { 200: object({ strategies: Type.Array(Strategy), sun: SunClock }) },
  },
  save: {
    access: 'write',
    audited: { values: 'route' },
    summary: 'Saves a lighting strategy as a new version',
    params: {
      id: text({ max: 64, pattern: new RegExp(STRATEGY_ID), expected: 'lower-case letters, digits and hyphens' }),
    },
    body: StrategyBody,
    answers: { 200: Checked, 201: Checked },
    example: {
      params: { id: 'two-levels' },
      body: { name: 'Two levels', programme: { level: 1, slots: [{ from: '22:00', to: '05:30', level: 0.5 }] } },
    },
  },
  strategy: {
    access: 'read',
    summary: 'A lighting strategy with all its versions',
    params: { id: text() },
    answers: { 200: object({ ...Checked.properties, versions: Type.Array(Strategy) }) },
    example: { params: { id: 'two-levels' } },
  },
  nights: {
    access: 'read',
    summary: 'The nights of a lighting strategy: on, off, levels and programme',
    params: { id: text() },
    query: { from: day({ required: true }), to: day(), zone: text() },
    answers: { 200: object({ nights: Type.Array(StrategyNight) }) },
    example: { params: { id: 'two-levels' }, query: { from: '2026-06-21' } },
  },
});

export type StrategyContract = typeof strategyContract;
export type StrategyVersion = Value<typeof Strategy>;
export type StrategyNight = Value<typeof StrategyNight>;
export type SunClock = Value<typeof SunClock>;
