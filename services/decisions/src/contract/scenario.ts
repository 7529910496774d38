import { byName, object, Type, type Value } from '@alzette/kit/contract';
import { Model } from './model.ts';
import { Change, GROUPS, Ring, ServedChange } from './reach.ts';
import { Day, DocumentId, Finite, Name, Source, Title, Words } from './words.ts';

export const MAX_VARIANTS = 4;
export const MAX_DRAWS = 20_000;

const Goal = object(
  { output: Name, atLeast: Type.Optional(Finite), atMost: Type.Optional(Finite) },
  '`output` may be `balance`: the present value of all costs and gains',
);
const Variant = object({
  name: Title,
  levers: byName(Finite, { description: 'By id; those that are missing have their default' }),
  changes: Type.Optional(
    Type.Array(Change, {
      maxItems: 20,
      description:
        'What is drawn on the map: it sets the levers `homes`, `lamps`, `lampPower`, `level`, `trees`, `area`',
    }),
  ),
});
const Measured = object(
  { output: Name, value: Finite, on: Day, source: Title },
  'What was measured after the choice, beside what was promised',
);
const Chosen = object({
  variant: Type.Integer({ minimum: 0, maximum: MAX_VARIANTS - 1 }),
  on: Day,
  why: Type.Optional(Type.String({ maxLength: 2000 })),
  measured: Type.Array(Measured, { maxItems: 100 }),
});

export const SIMULATION = {
  model: DocumentId,
  variants: Type.Array(Variant, { minItems: 1, maxItems: MAX_VARIANTS }),
  factors: Type.Optional(byName(Finite, { description: 'Values of your own in place of those of the model' })),
  communes: Type.Optional(
    Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 200, description: 'Slugs; absent: all' }),
  ),
  area: Type.Optional(Ring),
  years: Type.Integer({ minimum: 1, maximum: 60 }),
  discountRate: Type.Number({ minimum: 0, maximum: 0.2, description: 'Real, e.g. 0.032' }),
  seed: Type.Integer({ minimum: 0, maximum: 4_294_967_295 }),
  draws: Type.Integer({ minimum: 100, maximum: MAX_DRAWS }),
  goals: Type.Array(Goal, { maxItems: 10 }),
};
export const Simulation = object(SIMULATION);
export const Scenario = object({
  title: Title,
  question: Type.String({ maxLength: 2000 }),
  ...SIMULATION,
  chosen: Type.Optional(Chosen),
});

const BAND = {
  value: Type.Number({ description: 'With all factors at their central values' }),
  mean: Type.Number(),
  low: Type.Number({ description: 'The 5th percentile' }),
  median: Type.Number(),
  high: Type.Number({ description: 'The 95th percentile' }),
};
const Chance = Type.Number({ minimum: 0, maximum: 1 });
const VARIANT_RESULT = {
  name: Title,
  levers: byName(Type.Number()),
  computed: Type.Optional(byName(Type.Number(), { description: 'What the functions of the model gave' })),
  outputs: Type.Array(object({ id: Type.String(), ...BAND })),
  balance: Type.Optional(object({ ...BAND, chance: Chance }, 'The present value; `chance` that it is not negative')),
  cumulated: Type.Optional(Type.Array(Type.Number(), { description: 'The balance after 0, 1, 2 … years' })),
  goals: Type.Array(object({ ...Goal.properties, chance: Chance })),
  tornado: Type.Array(object({ factor: Type.String(), low: Type.Number(), high: Type.Number() }), {
    description: 'The main output with one factor at its 10th and 90th percentile, the largest swing first',
  }),
  served: Type.Optional(Type.Array(ServedChange)),
  exposure: Type.Optional(
    Type.Array(
      object({
        category: Type.String(),
        severity: Type.String(),
        zones: Type.Integer(),
        from: Type.Optional(Type.String({ description: 'The day of the oldest of these zones' })),
        people: Type.Number({ description: 'Inhabitants today, of the 200 m cells whose middle is inside' }),
        homes: Type.Number({ description: 'New homes inside, spread evenly over the drawn district' }),
        peopleAfter: Type.Optional(Type.Number({ description: 'With those of the new homes' })),
      }),
      { description: 'Who is inside zones of noise, heat, floods: entities of type `ExposureZone`' },
    ),
  ),
};
export const VariantResult = object(VARIANT_RESULT);
export const Simulated = object({
  today: VariantResult,
  variants: Type.Array(VariantResult),
  communes: Type.Array(
    object({
      slug: Type.String(),
      name: Type.String(),
      share: Type.Number({ description: 'Of the size of what is decided' }),
    }),
    { description: 'Empty: the model has no size that statistics split by commune' },
  ),
  groups: Type.Optional(
    Type.Array(
      object({
        id: Type.Enum(GROUPS),
        people: Type.Number(),
        imputed: Type.Number({ description: 'Of them, in cells that the statistical office estimated' }),
        income: Type.Optional(Type.Number({ description: 'The mean living standard, € a year' })),
        inArea: Type.Optional(Type.Number({ description: 'Of them, in the area' })),
        burdens: Type.Optional(
          Type.Array(Type.Number(), {
            description:
              'Of each variant: the share of the living standard that it costs in a year beside “as today” if all inhabitants pay the same; negative: it pays',
          }),
        ),
      }),
      {
        description:
          'Fifths of the inhabitants by the mean living standard of their 200 m cell (`income1` is the lowest), and ages',
      },
    ),
  ),
  assumed: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Factors without a published source, whose values nobody of the community has set',
    }),
  ),
  peopleInArea: Type.Optional(Type.Number({ description: 'Inhabitants of the 200 m cells in the area' })),
  people: Type.Optional(Type.Number({ description: 'Inhabitants of the communes, as the statistics say' })),
  madeWith: object({ seed: Type.Integer(), draws: Type.Integer(), generator: Type.String() }),
});

export const KeptScenario = object({
  id: Type.String(),
  scenario: Scenario,
  result: Type.Optional(Simulated),
  model: Type.Optional(Model),
  version: Type.Integer(),
  changedAt: Type.String({ format: 'date-time' }),
  isOwn: Type.Boolean(),
  isPublished: Type.Boolean(),
  mayChange: Type.Boolean(),
  link: Type.Optional(Type.String()),
  openVersion: Type.Optional(Type.Integer({ description: 'The version that is published as open data' })),
  comments: Type.Array(
    object({ at: Type.String({ format: 'date-time' }), text: Type.String(), isOwn: Type.Boolean() }),
  ),
});
export const Publication = object({
  contact: Type.Optional(
    object({
      name: Type.String({ minLength: 1, maxLength: 200 }),
      email: Type.String({ format: 'email', maxLength: 200 }),
    }),
  ),
});
export const Comment = object({ text: Type.String({ minLength: 1, maxLength: 2000 }) });

/** A part of why a number is what it is. */
export const Explanation = object({
  id: Type.String(),
  kind: Type.Enum(['lever', 'factor', 'conversion', 'equation', 'function']),
  value: Type.Number(),
  unit: Type.String(),
  title: Type.Optional(Words),
  formula: Type.Optional(Type.String()),
  source: Type.Optional(Source),
  low: Type.Optional(Type.Number()),
  high: Type.Optional(Type.Number()),
  scope: Type.Optional(Type.String()),
  reviewBy: Type.Optional(Day),
  isAssumption: Type.Optional(Type.Boolean()),
  terms: Type.Optional(
    Type.Array(object({ text: Type.String(), value: Type.Number(), share: Type.Optional(Type.Number()) }), {
      description: 'Of a sum, with their shares of it',
    }),
  ),
  from: Type.Optional(Type.Array(Type.String(), { description: 'The parts that the formula needs' })),
});
export type Explanation = Value<typeof Explanation>;

export type Goal = Value<typeof Goal>;
export type Simulation = Value<typeof Simulation>;
export type Scenario = Value<typeof Scenario>;
export type Band = { readonly [N in keyof typeof BAND]: number };
export type VariantResult = Value<typeof VariantResult>;
export type Simulated = Value<typeof Simulated>;
export type KeptScenario = Value<typeof KeptScenario>;
