import { byName, object, Type, type Value } from '@alzette/kit/contract';
import { Day, Finite, Formula, Name, Source, Title, Unit, Words } from './words.ts';

export const DISTRIBUTIONS = ['fixed', 'normal', 'lognormal', 'triangular', 'pert', 'uniform'] as const;

const Lever = object(
  {
    id: Name,
    title: Words,
    unit: Unit,
    min: Finite,
    max: Finite,
    step: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    default: Type.Union([Finite, Formula], { description: 'A number, or a formula on the data of the territory' }),
    today: Type.Optional(Finite),
    choices: Type.Optional(
      Type.Array(Words, { minItems: 2, maxItems: 10, description: 'The names of the values `min`, `min` + 1 …' }),
    ),
  },
  'What is decided. `today` is its value if nothing is done; absent: the default',
);
const Factor = object(
  {
    id: Name,
    title: Words,
    unit: Unit,
    value: Finite,
    low: Type.Optional(Finite),
    high: Type.Optional(Finite),
    distribution: Type.Enum(DISTRIBUTIONS, {
      description: '`low` and `high` are the 5th and 95th percentile of normal and lognormal, otherwise the ends',
    }),
    source: Source,
    isAssumption: Type.Optional(
      Type.Boolean({ description: 'An order of magnitude without a published source: every output says so' }),
    ),
    scope: Type.Optional(Type.String({ maxLength: 200, description: 'For what it holds' })),
    readOn: Day,
    reviewBy: Type.Optional(Day),
  },
  'A number from a source, with its uncertainty',
);
const Call = object(
  {
    function: Type.String({ pattern: '^[a-z]+\\.[a-z][A-Za-z-]{0,39}$', description: 'E.g. `lighting.nights`' }),
    takes: byName(Name, { description: 'By its arguments, the lever that gives each' }),
    gives: Type.Array(object({ id: Name, title: Words, unit: Unit, is: Name }), { minItems: 1, maxItems: 20 }),
  },
  'What a service of the product computes from levers; `is` names a result, and equations use it by `id`',
);
const Equation = object({ id: Name, title: Type.Optional(Words), unit: Unit, is: Formula });
const Output = object(
  {
    id: Name,
    title: Words,
    is: Name,
    when: Type.Enum(['once', 'yearly', 'state']),
    cash: Type.Optional(Type.Enum(['gain', 'cost'], { description: 'Counts in the balance over the years' })),
    change: Type.Optional(Name),
    better: Type.Enum(['more', 'less', 'neither']),
  },
  '`is` names an equation or a lever; `change` a share by which a yearly value changes each year',
);
const Golden = object(
  {
    title: Title,
    levers: byName(Finite),
    factors: Type.Optional(byName(Finite)),
    given: Type.Optional(byName(Finite, { description: 'What the functions of the model give in this example' })),
    years: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
    discountRate: Type.Optional(Type.Number({ minimum: 0, maximum: 0.2 })),
    expected: byName(Finite, { description: 'Values of equations or outputs; `balance` is that over the years' }),
    tolerance: Type.Number({ minimum: 0, maximum: 0.05, description: 'Relative' }),
    origin: Title,
  },
  'A worked example: the model must give these numbers',
);

export const Model = object({
  title: Words,
  summary: Words,
  authors: Title,
  licence: Title,
  levers: Type.Array(Lever, { minItems: 1, maxItems: 30 }),
  factors: Type.Array(Factor, { maxItems: 60 }),
  calls: Type.Optional(Type.Array(Call, { maxItems: 5 })),
  equations: Type.Array(Equation, { minItems: 1, maxItems: 120 }),
  outputs: Type.Array(Output, { minItems: 1, maxItems: 20 }),
  main: Name,
  size: Type.Optional(Name),
  assumptions: Type.Array(Words, { maxItems: 20 }),
  notFor: Type.Array(Words, { minItems: 1, maxItems: 20 }),
  golden: Type.Array(Golden, { minItems: 1, maxItems: 30 }),
});

export type Model = Value<typeof Model>;
export type Lever = Value<typeof Lever>;
export type Call = Value<typeof Call>;
export type Factor = Value<typeof Factor>;
export type Output = Value<typeof Output>;
export type Golden = Value<typeof Golden>;
