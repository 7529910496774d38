import { contract, object, partial, Type, uri, type Value } from '@alzette/kit/contract';
import { ENERGY } from './paths.ts';

export const METER_KINDS = ['electricity', 'gas', 'heat', 'water', 'solar'] as const;

const Day = Type.String({ format: 'date' });
const Euros = Type.Number({ description: 'Euros' });
const Used = object({
  amount: Type.Number({ description: 'kWh or m³' }),
  days: Type.Integer(),
  isYear: Type.Boolean({ description: 'At least 300 days, which counts as a year' }),
});
const Warning = object({
  since: Day,
  excess: Type.Number({ description: 'Litres or watts above the usual' }),
  cost: Type.Number({ description: 'Euros per year if it continues' }),
});

const FIGURES = {
  id: Type.String(),
  name: Type.String(),
  use: Type.String({ description: 'For example `school`; buildings are compared with others of the same use' }),
  area: Type.Optional(Type.Number({ description: 'Square metres' })),
  used: object(
    {
      electricity: Type.Optional(Used),
      gas: Type.Optional(Used),
      heat: Type.Optional(Used),
      water: Type.Optional(Used),
      solar: Type.Optional(Used),
    },
    'Of the last 365 days; with a shorter history, the sum over `days`',
  ),
  normalisedHeat: Type.Optional(Type.Number({ description: 'Heating energy in a year of usual weather, kWh' })),
  perArea: Type.Optional(Type.Number({ description: 'Energy per square metre in such a year, kWh' })),
  likeBuildings: Type.Optional(object({ median: Type.Number(), count: Type.Integer() })),
  leak: Type.Optional(Warning),
  baseload: Type.Optional(Warning),
  neverStops: Type.Optional(
    object(
      {
        since: Day,
        least: Type.Number({ description: 'Litres in the hour with the lowest flow of all these nights' }),
        cost: Type.Number({ description: 'Euros per year of that flow' }),
      },
      'Without a leak above the usual: water that has flowed in each hour of at least 14 nights, as with a leak from the first day, or with automatic flushing',
    ),
  ),
  billed: Type.Number({ description: 'Euros: bills of this year so far' }),
  budget: Type.Optional(Euros),
  expected: Type.Optional(
    Type.Number({ description: 'Euros: the bills so far, and those of last year for the remaining months' }),
  ),
};
const Figures = object(FIGURES);

const Bill = object({
  building: Type.String(),
  kind: Type.String(),
  from: Type.String(),
  to: Type.String(),
  used: Type.Optional(Type.Number()),
  price: Type.Optional(Euros),
});

const MeterDetail = object({
  meter: Type.String(),
  name: Type.String(),
  kind: Type.Enum(METER_KINDS),
  days: Type.Array(Type.Tuple([Day, Type.Number()]), { description: 'What was used' }),
  nights: Type.Array(Type.Tuple([Day, Type.Number(), Type.Number()]), { description: 'The least and the mean' }),
  faults: Type.Array(object({ since: Day, found: Day, until: Type.Optional(Day), excess: Type.Number() })),
  tooFewNights: Type.Optional(Type.Integer()),
  heating: Type.Optional(
    object({
      base: Type.Number({ description: 'kWh of a day without heating' }),
      perDegreeDay: Type.Number({ description: 'kWh' }),
      fit: Type.Number({ description: 'The share of the variation that the model explains (R²), 0 to 1' }),
      days: Type.Integer(),
    }),
  ),
});

const NightRule = object({
  of: Type.Enum(['least', 'mean']),
  floor: Type.Number(),
  spreads: Type.Number(),
  share: Type.Number(),
  nights: Type.Integer(),
  ended: Type.Integer(),
});
const Budget = object({
  year: Type.Integer({ minimum: 2000, maximum: 2200 }),
  amount: Type.Number({ minimum: 0, maximum: 100_000_000, description: 'Euros' }),
});

const Price = Type.Number({ minimum: 0, maximum: 100 });
const SETTINGS = {
  referenceDegreeDays: Type.Number({
    minimum: 100,
    maximum: 8000,
    description: 'Degree days (base 18 °C) of a usual year, to which heating is normalised',
  }),
  prices: object(
    { electricity: Price, gas: Price, heat: Price, water: Price },
    'Euros per kWh or m³, used where there are no bills',
  ),
};
const Settings = object(SETTINGS);

const PARAMS = { id: uri() };
const SCHOOL = 'urn:ngsi-ld:Building:school';

/** Consumption, leaks and costs of public buildings. */
export const energyContract = contract(ENERGY, {
  buildings: {
    summary:
      'Public buildings: consumption of a year, heating by degree days, similar buildings, leaks, budget and bills',
    access: 'read',
    answers: {
      200: object({ year: Type.Integer(), referenceDegreeDays: Type.Number(), buildings: Type.Array(Figures) }),
    },
  },
  building: {
    summary: 'One building with the days, nights and faults of its meters, and its bills',
    access: 'read',
    params: PARAMS,
    answers: {
      200: object({
        ...FIGURES,
        year: Type.Integer(),
        meters: Type.Array(MeterDetail),
        bills: Type.Array(Bill),
        rules: object({ leak: NightRule, baseload: NightRule }),
      }),
    },
    example: { params: { id: SCHOOL } },
  },
  setBudget: {
    summary: 'Sets the yearly budget of a building',
    access: 'write',
    audited: { values: 'body' },
    params: PARAMS,
    body: Budget,
    answers: { 200: object({ building: Type.String(), ...Budget.properties }) },
    example: { params: { id: SCHOOL }, body: { year: 2026, amount: 40_000 } },
  },
  settings: {
    summary: 'The settings for the figures of buildings',
    access: 'read',
    answers: { 200: Settings },
  },
  changeSettings: {
    summary: 'Changes the degree days of a reference year and the prices; omitted settings stay',
    access: 'administer',
    audited: { values: 'route' },
    body: partial(Settings),
    answers: { 200: Settings },
    example: { body: { referenceDegreeDays: 2700 } },
  },
});

export type EnergyContract = typeof energyContract;
export type BuildingFigures = Value<typeof Figures>;
export type MeterDetail = Value<typeof MeterDetail>;
export type Bill = Value<typeof Bill>;
export type EnergySettings = Value<typeof Settings>;
