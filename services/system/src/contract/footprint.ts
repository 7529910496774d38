import { byName, contract, InAllLanguages, object, Type, type Value } from '@alzette/kit/contract';
import { FOOTPRINT, PUBLIC_FOOTPRINT } from './paths.ts';

const Amount = Type.Number({ minimum: 0 });
const Day = Type.String({ format: 'date' });
const AMOUNTS = {
  kwh: Type.Number({ minimum: 0, description: 'Estimated by the method' }),
  processorSeconds: Amount,
  memoryBytes: Type.Number({ minimum: 0, description: 'The mean' }),
  storageBytes: Type.Number({ minimum: 0, description: 'The latest' }),
  trafficBytes: Type.Number({ minimum: 0, description: 'Of HTTP, both ways' }),
  requests: Amount,
};
const Amounts = object(AMOUNTS);

export const GAINS = ['energy', 'distance', 'count', 'hours', 'money'] as const;

const Factor = object({ value: Amount, unit: Type.String(), title: InAllLanguages, source: InAllLanguages });
/** How kWh are estimated: a document. */
export const Method = object({
  factors: byName(Factor, { description: 'Measured by others or assumed; a site may set its own' }),
  parts: byName(Type.String(), { description: 'Formulas of kWh in the expression language of the product' }),
});
export const UseCaseDocuments = byName(
  object({
    title: InAllLanguages,
    domain: Type.String({ description: 'Whose part of the footprint it costs' }),
    gains: Type.Array(
      object({
        figure: Type.String({ description: 'Of the catalogue of figures, which computes it' }),
        kind: Type.Enum([...GAINS]),
        formula: Type.String({ description: 'Of the figure and of prices' }),
      }),
    ),
  }),
);

const priced = (description: string) => Type.Optional(Type.Number({ minimum: 0, maximum: 1e6, description }));
const SETTINGS = {
  prices: object({
    kwh: priced('Euros for a kWh of the servers'),
    hour: priced('Euros for an hour of work'),
    km: priced('Euros for a kilometre of a lorry'),
  }),
  minutesPerReport: Type.Optional(
    Type.Number({ minimum: 0, maximum: 10_000, description: 'Minutes of work that a report by the product saves' }),
  ),
  yearlyCosts: byName(Type.Number({ minimum: 0, maximum: 1e9 }), {
    maxProperties: 20,
    description: 'Euros a year by use case, for instance of licences, devices and maintenance',
  }),
  budget: object({
    kwh: Type.Optional(Type.Number({ minimum: 0, maximum: 1e9, description: 'In 30 days' })),
    storageBytes: Type.Optional(Type.Number({ minimum: 0, maximum: 1e18 })),
  }),
  factors: byName(Type.Number({ minimum: 0, maximum: 1e6 }), {
    maxProperties: 20,
    description: 'Instead of those of the method',
  }),
  isPublic: Type.Boolean({ description: 'Whether strangers may read the footprint and the gains' }),
};
export const FootprintSettings = object(SETTINGS);

const Trend = object({ day: Day, ...AMOUNTS });
const FOOTPRINT_MEMBERS = {
  from: Day,
  to: Day,
  whole: Amounts,
  domains: Type.Array(object({ domain: Type.String(), ...AMOUNTS })),
  days: Type.Array(Trend, { description: 'Oldest first' }),
  method: Method,
};
const Over = Type.Enum(['kwh', 'storageBytes']);
const Footprint = object({
  ...FOOTPRINT_MEMBERS,
  collectivities: Type.Array(object({ tenant: Type.String(), name: Type.String(), ...AMOUNTS })),
  overBudget: Type.Array(Over, { description: 'What is beyond the budget' }),
});

const UseCase = object({
  id: Type.String(),
  title: InAllLanguages,
  costs: object(
    {
      kwh: Type.Number({ minimum: 0, description: 'Its part of the footprint of the installation' }),
      energy: Type.Optional(Type.Number({ minimum: 0, description: 'Euros; absent without a price' })),
      yearly: Type.Number({ minimum: 0, description: 'Euros: the share of the yearly costs that has passed' }),
    },
    'Since 1 January, for the whole installation',
  ),
  gains: Type.Array(
    object({
      kind: Type.Enum([...GAINS]),
      formula: Type.String(),
      figure: object({
        name: Type.String(),
        title: InAllLanguages,
        definition: InAllLanguages,
        source: InAllLanguages,
      }),
      coverage: Type.Optional(Type.Number({ description: 'The share of the park that was measured, from 0 to 1' })),
      value: Type.Optional(Type.Number({ description: 'Absent: the figure or a price is unknown' })),
    }),
  ),
});
const UseCases = object({ tenant: Type.String(), name: Type.String(), from: Day, to: Day, cases: Type.Array(UseCase) });

const ADMINISTERED = { access: 'administerAll' } as const;

/** What the product uses, what it costs, and what it is good for. */
export const footprintContract = contract(FOOTPRINT, {
  report: {
    ...ADMINISTERED,
    summary:
      'Memory, processor, storage, traffic and kWh of the last 30 days, by domain and collectivity, with the trend',
    answers: { 200: Footprint },
  },
  useCases: {
    ...ADMINISTERED,
    summary: 'Costs and gains of each use case in this collectivity since 1 January, with formula and source',
    answers: { 200: UseCases },
  },
  settings: { ...ADMINISTERED, summary: 'Prices, budget and factors', answers: { 200: FootprintSettings } },
  setSettings: {
    ...ADMINISTERED,
    audited: { values: 'route' },
    summary: 'Sets prices, budget and factors',
    body: FootprintSettings,
    answers: { 200: FootprintSettings },
    example: {
      body: {
        prices: { kwh: 0.25, hour: 32, km: 4.5 },
        minutesPerReport: 10,
        yearlyCosts: { lighting: 12_000 },
        budget: { kwh: 40, storageBytes: 200_000_000_000 },
        factors: { pue: 1.3 },
        isPublic: true,
      },
    },
  },
});

const PublicFootprint = object({ ...FOOTPRINT_MEMBERS, useCases: UseCases });

/** The same for everybody, if who runs the installation allows it. */
export const publicFootprintContract = contract(PUBLIC_FOOTPRINT, {
  report: {
    access: 'nothing',
    cached: 'minute',
    summary: 'Public: the footprint of the installation, and the gains of use cases in this collectivity',
    answers: { 200: PublicFootprint },
  },
});

export type FootprintContract = typeof footprintContract;
export type PublicFootprintContract = typeof publicFootprintContract;
export type Amounts = Value<typeof Amounts>;
export type Method = Value<typeof Method>;
export type UseCaseDocuments = Value<typeof UseCaseDocuments>;
export type FootprintSettings = Value<typeof FootprintSettings>;
export type Footprint = Value<typeof Footprint>;
export type PublicFootprint = Value<typeof PublicFootprint>;
export type UseCases = Value<typeof UseCases>;
