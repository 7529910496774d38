import { byName, contract, day, object, oneOf, partial, Type, text, type Value } from '@alzette/kit/contract';
import { Co2Factors, DatedPrice } from './energy.ts';
import { MEASURES } from './paths.ts';
import { Day, Instant, Levels, NUMBER_OR_NULL, TEXT_OR_NULL } from './schemas.ts';

export const SAVINGS_BY = ['all', 'commune', 'cabinet', 'street', 'zone'] as const;

const Saving = object(
  {
    zone: Type.String(),
    nights: Type.Integer(),
    lamps: Type.Integer({ description: 'The maximum number in a night' }),
    measuredLamps: Type.Number({ description: 'The mean number of measured lamps in a night' }),
    energy: Type.Number(),
    promised: Type.Number(),
    reference: Type.Number({ description: 'At full power all night, of measured lamps' }),
    referenceOfAll: Type.Number({ description: 'The same, of all lamps' }),
    savedEnergy: Type.Number(),
    saving: Type.Optional(Type.Number({ description: 'Absent if nothing was measured' })),
    promisedSaving: Type.Optional(Type.Number()),
    measuredShare: Type.Optional(
      Type.Number({
        description: 'The share of measured lamps in the full-power energy. The figures are only for these lamps',
      }),
    ),
    cost: Type.Number({
      description: 'The cost of the measured energy, with hourly prices if the contract has them',
    }),
    savedCost: Type.Number(),
    savedCo2: Type.Number(),
    energyByDay: Type.Number(),
    energyPerLamp: Type.Optional(Type.Number({ description: 'Of measured lamps' })),
    energyPerInhabitant: Type.Optional(Type.Number({ description: 'As if all lamps used what the measured ones did' })),
  },
  'The sums of a zone’s nights. Energies in kWh, money in euros, CO₂ in kg, shares from 0 to 1',
);
export const Savings = object({
  from: Day,
  to: Day,
  by: Type.Enum(SAVINGS_BY),
  rows: Type.Array(Saving),
  formula: Type.String(),
  referenceName: Type.String(),
  sources: Type.Array(Type.String()),
});

const NIGHT = {
  night: Day,
  measured: Type.Number(),
  promised: NUMBER_OR_NULL,
  reference: NUMBER_OR_NULL,
  byDay: Type.Number(),
};
const ZoneNight = object(
  {
    ...NIGHT,
    lamps: Type.Integer(),
    measuredLamps: Type.Integer(),
    measuredShare: Type.Union([Type.Number(), Type.Null()], {
      description: 'The share of measured lamps in the full-power energy of all lamps',
    }),
  },
  'A night of a zone; energies in kWh',
);
const LampNight = object({ ...NIGHT, covered: Type.Number() }, 'A night of a lamp; energies in kWh');

const Park = object({
  lamps: Type.Integer(),
  installedPower: Type.Number({ description: 'kW' }),
  withoutPower: Type.Integer(),
  now: object(
    { heard: Type.Integer(), level: NUMBER_OR_NULL, power: Type.Number() },
    'Lamps that reported within the last hour; the mean level of those that burn, and the power of all in kW',
  ),
});
const ServiceLevel = object({
  availability: Type.Union([Type.Number(), Type.Null()], {
    description:
      'The share of lamp-nights in the last thirty nights in which a lamp consumed at least a fifth of the expectation',
  }),
  nightsToRepair: Type.Union([Type.Number(), Type.Null()], {
    description: 'The mean duration in nights of the failures of the last ninety nights that are over',
  }),
  repairs: Type.Integer({ description: 'Their number' }),
  failed: Type.Integer({ description: 'Lamps that failed in the last night' }),
});
const LevelGroup = object(
  {
    strategy: TEXT_OR_NULL,
    strategyName: Type.String(),
    version: Type.Union([Type.Integer(), Type.Null()]),
    on: Instant,
    off: Instant,
    levels: Levels,
    lamps: Type.Array(
      object({
        id: Type.String(),
        name: TEXT_OR_NULL,
        position: Type.Union([Type.Tuple([Type.Number(), Type.Number()]), Type.Null()]),
      }),
    ),
  },
  'Lamps with the same levels in a night',
);

const Anomaly = object(
  {
    lamp: Type.String(),
    name: TEXT_OR_NULL,
    commune: TEXT_OR_NULL,
    street: TEXT_OR_NULL,
    kind: Type.Enum(['dayBurner', 'silent', 'implausible', 'tooMuch', 'tooLittle', 'drift']),
    nights: Type.Integer(),
    measured: Type.Number({ description: 'kWh per night in the last nights, as are `promised` and `byDay`' }),
    promised: NUMBER_OR_NULL,
    byDay: Type.Number(),
    ratio: Type.Union([Type.Number(), Type.Null()], {
      description: 'Measured divided by expected, in the last nights',
    }),
    ratioBefore: Type.Union([Type.Number(), Type.Null()], { description: 'The same in the two months before' }),
  },
  'A lamp whose nights differ from the expectation',
);
const CabinetFinding = object(
  {
    cabinet: Type.String(),
    name: TEXT_OR_NULL,
    commune: TEXT_OR_NULL,
    kind: Type.Enum(['energyByDay', 'lostEnergy', 'phaseImbalance', 'silent'], {
      description:
        '`energyByDay`: it delivers more by day than its lamps consume, for example by an unauthorised connection; `lostEnergy`: the same by night; `phaseImbalance`: its phases differ; `silent`: it does not report',
    }),
    nights: Type.Integer(),
    measured: NUMBER_OR_NULL,
    byDay: NUMBER_OR_NULL,
    lampsMeasured: NUMBER_OR_NULL,
    lampsByDay: NUMBER_OR_NULL,
    imbalance: Type.Union([Type.Number(), Type.Null()], {
      description: '(highest − lowest) / mean of the phases',
    }),
  },
  'A cabinet whose last nights do not match its lamps. Energies in kWh per night, of nights with readings',
);

const Outlier = object(
  {
    night: Day,
    entity: Type.String(),
    of: Type.Enum(['lamp', 'cabinet']),
    name: TEXT_OR_NULL,
    commune: TEXT_OR_NULL,
    street: TEXT_OR_NULL,
    kind: Type.Enum(['meterJump', 'meterReset', 'powerOutOfRange'], {
      description:
        '`meterJump`: the meter rose by more than the entity can use; `meterReset`: it went back or started anew; `powerOutOfRange`: a power below 0 or above `most`',
    }),
    readings: Type.Integer({ description: 'How many in this night; the others are about the first' }),
    beforeAt: Type.Union([Instant, Type.Null()]),
    at: Instant,
    before: NUMBER_OR_NULL,
    value: Type.Number({ description: 'kWh of the meter, or watts' }),
    most: Type.Number({
      description:
        'The most that was plausible, in kWh between the two readings, or in watts: twice the rated power of a lamp; of a cabinet 36 kW, or three times the power of its lamps',
    }),
  },
  'A reading that no figure counts',
);

const Settings = object({
  prices: Type.Array(DatedPrice, { minItems: 1, maxItems: 100 }),
  co2Factors: Co2Factors,
  inhabitants: byName(Type.Number({ minimum: 0 }), {
    description: 'By commune (its scope without the slash), for kWh per inhabitant',
  }),
  leastMeasured: Type.Number({
    minimum: 0,
    maximum: 1,
    description: 'Savings are public only if at least this share of the park was measured',
  }),
});

const PERIOD = { from: day(), to: day() };

/** Measured energy compared with the expectation, by night, zone and lamp; and the summary for the cockpit. */
export const measureContract = contract(MEASURES, {
  savings: {
    access: 'read',
    summary: 'The measured savings of a period by commune, cabinet or street',
    query: { by: oneOf(SAVINGS_BY, { default: 'commune' }), ...PERIOD },
    answers: { 200: Savings },
  },
  cockpit: {
    access: 'read',
    summary: 'The overview of the lighting cockpit, of the communes whose lamps one may read',
    answers: {
      200: object({
        night: Type.Optional(Day),
        park: Park,
        lastNight: Type.Optional(Savings),
        thisYear: Type.Optional(Savings),
        service: Type.Optional(ServiceLevel),
      }),
    },
  },
  levels: {
    access: 'read',
    summary: 'The levels of the lamps over a night, by default tonight',
    query: { night: day() },
    answers: { 200: object({ night: Day, timeZone: Type.String(), groups: Type.Array(LevelGroup) }) },
  },
  nights: {
    access: 'read',
    summary: 'The nights of a zone: measured, promised and reference energy',
    query: { by: oneOf(SAVINGS_BY, { default: 'all' }), zone: text({ max: 500, default: '' }), ...PERIOD },
    answers: { 200: object({ from: Day, to: Day, nights: Type.Array(ZoneNight) }) },
  },
  nightsOfLamp: {
    access: 'read',
    summary: 'The nights of a lamp: measured, promised and reference energy',
    params: { id: text({ max: 2_000 }) },
    query: PERIOD,
    answers: { 200: object({ from: Day, to: Day, lamp: Type.String(), nights: Type.Array(LampNight) }) },
    example: { params: { id: 'urn:ngsi-ld:Streetlight:1' } },
  },
  anomalies: {
    access: 'read',
    summary:
      'Lamps that are on by day, silent, drifting or above the promised energy, and cabinets with daytime supply, energy losses or unbalanced phases',
    answers: {
      200: object({
        night: Type.Optional(Day),
        lamps: Type.Array(Anomaly),
        cabinets: Type.Array(CabinetFinding),
      }),
    },
  },
  outliers: {
    access: 'read',
    summary: 'Readings that no figure counts, because a lamp or a cabinet cannot have used that much',
    query: PERIOD,
    answers: { 200: object({ from: Day, to: Day, outliers: Type.Array(Outlier) }) },
  },
  settings: {
    access: 'read',
    summary: 'The prices, CO₂ factors, inhabitants and least coverage used for savings',
    answers: { 200: Settings },
  },
  setSettings: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Sets the prices, CO₂ factors, inhabitants and least coverage used for savings',
    body: partial(Settings),
    answers: { 200: Settings },
    example: { body: { prices: [{ from: '2026-01-01', price: 0.25, source: 'contract' }] } },
  },
});

export type MeasureContract = typeof measureContract;
export type Saving = Value<typeof Saving>;
export type Savings = Value<typeof Savings>;
export type SavingsBy = Savings['by'];
export type ZoneNight = Value<typeof ZoneNight>;
export type LampNight = Value<typeof LampNight>;
export type ParkNow = Value<typeof Park>;
export type ServiceLevel = Value<typeof ServiceLevel>;
export type LevelGroup = Value<typeof LevelGroup>;
export type Anomaly = Value<typeof Anomaly>;
export type Outlier = Value<typeof Outlier>;
export type CabinetFinding = Value<typeof CabinetFinding>;
export type LightingSettingsDocument = Value<typeof Settings>;
