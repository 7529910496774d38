import { contract, media, object, Type, text, type Value, wholeNumber } from '@alzette/kit/contract';
import { ROUNDS } from './paths.ts';
import { Act, ClockTime, Day, Instant, Tour } from './schemas.ts';

export type { Act, Tour } from './schemas.ts';
export const LEFT_REASONS = ['inaccessible', 'tooMuch', 'closed', 'tooFar'] as const;
export const MOST_LISTED = 200;
/** The days of history that forecasts and simulations read. */
export const HISTORY_DAYS = 90;

const Wish = object({
  kind: Type.Optional(Type.String({ maxLength: 40 })),
  commune: Type.Optional(Type.String({ maxLength: 64 })),
  by: Type.Enum(['threshold', 'forecast', 'all']),
  level: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
  days: Type.Optional(Type.Number({ minimum: 0, maximum: 30 })),
  day: Type.Optional(Day),
  inaccessible: Type.Optional(Type.Array(Type.String({ maxLength: 300 }), { uniqueItems: true, maxItems: 100 })),
  keep: Type.Optional(Type.Boolean()),
  capacity: Type.Optional(Type.Number({ minimum: 1, maximum: 1000 })),
  start: Type.Optional(ClockTime),
  longest: Type.Optional(Type.Number({ minimum: 1, maximum: 24 })),
});
/** The rounds that somebody asks for. */
export type Wish = Value<typeof Wish>;

const Sum = object({
  tours: Type.Integer(),
  stops: Type.Integer(),
  km: Type.Number(),
  minutes: Type.Number(),
  co2: Type.Number({ description: 'kg' }),
});
const Plan = object({
  day: Day,
  considered: Type.Integer({ description: 'The number of containers' }),
  tours: Type.Array(Tour),
  left: Type.Array(
    object({
      container: Type.String(),
      name: Type.String(),
      reason: Type.Enum([...LEFT_REASONS, 'noPosition']),
    }),
  ),
  sum: Sum,
  fixed: object(Sum.properties, 'The same of the fixed round, past all containers'),
});
const KeptPlan = object({
  ...Plan.properties,
  kept: Type.Array(object({ id: Type.String(), driverPage: Type.String() })),
});
export type Plan = Value<typeof Plan>;

const ROUND = { id: Type.String(), day: Day, createdAt: Instant, kind: Type.String() };
const RoundSummary = object({
  ...ROUND,
  stops: Type.Integer(),
  km: Type.Number(),
  minutes: Type.Number(),
  co2: Type.Number(),
  back: Instant,
  load: Type.Number(),
  done: Type.Integer(),
  inaccessible: Type.Integer(),
});
export type RoundSummary = Value<typeof RoundSummary>;

const Policy = Type.Union([
  object(
    { by: Type.Literal('fixed'), days: Type.Integer({ minimum: 1, maximum: 60 }) },
    'All containers, every `days` days',
  ),
  object(
    {
      by: Type.Literal('threshold'),
      level: Type.Number({ minimum: 0.1, maximum: 1 }),
      least: Type.Integer({ minimum: 1, maximum: 200 }),
    },
    'Containers at a level, checked each working day; a lorry leaves when there are at least `least`',
  ),
  object(
    { by: Type.Literal('forecast'), every: Type.Integer({ minimum: 1, maximum: 14 }) },
    'Containers that will be full before the next check with a probability of 10 % or more',
  ),
]);
/** The policy that selects the containers of a day's round. */
export type Policy = Value<typeof Policy>;

const Outcome = object({
  policy: Policy,
  days: Type.Integer(),
  rounds: Type.Integer(),
  collections: Type.Integer(),
  km: Type.Number(),
  hours: Type.Number(),
  co2: Type.Number({ description: 'kg' }),
  overflowDays: Type.Integer({ description: 'The number of container-days with a full container' }),
  meanLevel: Type.Number({ description: 'At the time of emptying, 0 to 1' }),
});
export type Outcome = Value<typeof Outcome>;

const PARAMS = { id: text({ max: 64 }) };

export const roundContract = contract(ROUNDS, {
  plan: {
    summary:
      'Plans rounds by threshold or forecast, and compares them with the fixed round; `keep` saves them for drivers',
    access: 'write',
    body: Wish,
    answers: { 200: Plan, 201: KeptPlan },
    example: { body: { kind: 'plastic', by: 'threshold', level: 0.7 } },
  },
  list: {
    summary: 'Saved rounds with their progress, newest first',
    access: 'read',
    query: { limit: wholeNumber({ min: 1, max: MOST_LISTED, default: 30 }) },
    answers: { 200: object({ rounds: Type.Array(RoundSummary) }) },
  },
  round: {
    summary: 'One round with its stops',
    access: 'read',
    params: PARAMS,
    answers: { 200: object({ ...ROUND, tour: Tour, acts: Type.Array(Act) }) },
  },
  gpx: {
    summary: 'A round as GPX 1.1',
    access: 'read',
    params: PARAMS,
    answers: { 200: media('application/gpx+xml') },
  },
  renewDriverPage: {
    summary: 'Creates a new driver’s page for a round; the previous link ends',
    access: 'write',
    audited: { values: 'body' },
    params: PARAMS,
    answers: { 200: object({ driverPage: Type.String() }) },
  },
  simulate: {
    summary: 'Compares collection policies on the past weeks of the containers: km, hours, CO₂ and overflows',
    access: 'write',
    body: Type.Optional(
      object({
        kind: Type.Optional(Type.String({ maxLength: 40 })),
        days: Type.Optional(Type.Integer({ minimum: 7, maximum: HISTORY_DAYS })),
        policies: Type.Optional(Type.Array(Policy, { minItems: 1, maxItems: 4 })),
      }),
    ),
    answers: {
      200: object({
        days: Type.Integer(),
        containers: Type.Integer(),
        leftOut: Type.Integer(),
        kinds: Type.Array(Type.String()),
        outcomes: Type.Array(Outcome),
      }),
    },
    example: { body: { days: 28, policies: [{ by: 'forecast', every: 2 }] } },
  },
});
export type RoundContract = typeof roundContract;
