import { contract, media, object, oneOf, partial, Type, text, type Value } from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';
import { Co2Factor, Co2Factors, Tariff } from './energy.ts';
import { SIMULATIONS } from './paths.ts';
import { ClockTime, OPERATION, Programme } from './programmes.ts';
import { Day, Name, Share, words } from './schemas.ts';
import { LegalFinding } from './strategies.ts';

export const MAX_SCENARIOS = 4;
/**
 * The kind of lighting, by the letters of article 1 of the order of 27 December 2018 on light nuisance: a roads and
 * public space, b heritage, parks and gardens, c sports grounds, d buildings, e car parks, f events, g building sites.
 */
const LAMP_CATEGORIES = ['a', 'b', 'c', 'd', 'e', 'f', 'g'] as const;
export type LampCategory = (typeof LAMP_CATEGORIES)[number];

const Query = object(
  {
    id: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 500 })),
    q: Type.Optional(words(2000)),
    scopeQ: Type.Optional(words(2000)),
    georel: Type.Optional(words(2000)),
    geometry: Type.Optional(words(2000)),
    coordinates: Type.Optional(Type.Unknown()),
  },
  'A broker query for entities of type Streetlight',
);
export type LampQuery = Value<typeof Query>;

const Watts = Type.Number({ minimum: 0, maximum: 10_000 });
const Luminaires = object(
  {
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
    power: Type.Optional(Watts),
    colourTemperature: Type.Optional(Type.Number({ minimum: 1000, maximum: 20_000 })),
    query: Type.Optional(Query),
    defaultPower: Type.Optional(Watts),
  },
  'A number of equal lamps, or those of a query',
);
const Reference = object(
  {
    kind: Type.Enum(['allNight', 'programme', 'measured']),
    name: Name,
    programme: Type.Optional(Programme),
    energy: Type.Optional(Type.Number({ minimum: 0 })),
    burningHours: Type.Optional(Type.Number({ minimum: 1 })),
  },
  'Full power all night, another programme, or a measured year',
);

const ScenarioBody = partial(
  object({
    ...OPERATION,
    name: Name,
    place: object({
      type: Type.Enum(['Point']),
      coordinates: Type.Tuple([
        Type.Number({ minimum: -180, maximum: 180 }),
        Type.Number({ minimum: -90, maximum: 90 }),
      ]),
    }),
    timeZone: Type.String({ description: 'An IANA time zone such as Europe/Paris' }),
    from: Day,
    to: Day,
    luminaires: Luminaires,
    tariff: Tariff,
    co2Factors: Co2Factors,
    reference: Reference,
    uncertainty: object({
      driverLosses: Type.Optional(Type.Number({ minimum: 0, maximum: 0.5 })),
      price: Type.Optional(Share),
    }),
    category: Type.Enum(LAMP_CATEGORIES),
    closing: ClockTime,
  }),
);
export type ScenarioBody = Value<typeof ScenarioBody>;
/** Defaults: no driver losses and no standby power, from sunset to sunrise, compared with full power all night. */
const SimulationBody = object({
  ...ScenarioBody.properties,
  scenarios: Type.Optional(
    Type.Array(ScenarioBody, {
      minItems: 1,
      maxItems: MAX_SCENARIOS,
      description: 'Each with its differences from the other members',
    }),
  ),
});
export type SimulationBody = Value<typeof SimulationBody>;

const Band = object({ low: Type.Number(), high: Type.Number() }, 'The lowest and highest plausible value');
const Result = object(
  {
    name: Type.String(),
    nights: Type.Integer(),
    lamps: Type.Integer(),
    installedPower: Type.Number({ description: 'kW at full level' }),
    burningHours: Type.Number({ description: 'Hours from on to off' }),
    equivalentHours: Type.Number({
      description: 'Hours at full level with the same amount of light: the integral of the level over time',
    }),
    fullPowerHours: Type.Number({
      description: 'Hours at full power with the same energy, including the driver’s losses',
    }),
    energy: Type.Number(),
    reference: Type.Number(),
    referenceName: Type.String(),
    savedEnergy: Type.Number(),
    saving: Type.Number(),
    cost: Type.Number(),
    referenceCost: Type.Number(),
    savedCost: Type.Number(),
    co2: Type.Number(),
    savedCo2: Type.Number(),
    co2Factors: Type.Array(Co2Factor),
    costByTariffSlot: Type.Array(object({ slot: Type.String(), energy: Type.Number(), cost: Type.Number() })),
    months: Type.Array(
      object({
        month: Type.String({ description: 'YYYY-MM' }),
        burningHours: Type.Number(),
        energy: Type.Number(),
        reference: Type.Number(),
      }),
    ),
    band: object({ energy: Band, saving: Band, cost: Band, savedCost: Band }),
    legal: Type.Array(LegalFinding),
  },
  'Energies in kWh, money in euros, CO₂ in kg, shares from 0 to 1',
);
const SimulationAnswer = object({
  ...Result.properties,
  assumptions: object(
    {
      found: Type.Optional(Type.Integer({ description: 'The number of lamps found by the query' })),
      withoutPower: Type.Optional(Type.Integer({ description: 'Of these, with unknown power' })),
      defaultPower: Type.Optional(Type.Number({ description: 'Watts assumed for those; absent: they are left out' })),
      formula: Type.String(),
    },
    'What is not in the request',
  ),
});
const Simulated = Type.Union([SimulationAnswer, object({ scenarios: Type.Array(SimulationAnswer) })]);

const SavedScenario = object({
  id: Type.String(),
  name: Type.String(),
  author: Type.String(),
  simulatedAt: Type.String(),
  request: Type.Unknown(),
  result: Type.Unknown(),
});

const PARAMS = { id: text({ max: 2_000 }) };
const ONE = { params: PARAMS, example: { params: { id: 'urn:ngsi-ld:LightingScenario:1' } } } as const;
const EXAMPLE = {
  place: { type: 'Point', coordinates: [5.93, 49.47] },
  timeZone: 'Europe/Paris',
  from: '2025-01-01',
  to: '2025-12-31',
  luminaires: { count: 4146, power: 51 },
  programme: { level: 1, slots: [{ from: '21:00', to: '05:30', level: 0.5 }] },
  tariff: { energy: 0.25 },
} as const;

/** The consumption of strategies, and saved simulations. */
export const simulationContract = contract(SIMULATIONS, {
  simulate: {
    access: 'read',
    onlyReads: true,
    summary: 'Simulates one lighting scenario, or compares up to four',
    body: SimulationBody,
    answers: { 200: Simulated },
    example: { body: EXAMPLE },
  },
  save: {
    access: 'write',
    summary: 'Simulates a lighting scenario and saves it',
    body: object({ name: Name, simulation: SimulationBody }),
    answers: { 201: SavedScenario },
    example: { body: { name: 'Half the light at night', simulation: EXAMPLE } },
  },
  list: {
    access: 'read',
    summary: 'The saved lighting scenarios, newest first',
    answers: { 200: object({ scenarios: Type.Array(SavedScenario) }) },
  },
  scenario: { ...ONE, access: 'read', summary: 'A saved lighting scenario', answers: { 200: SavedScenario } },
  pdf: {
    ...ONE,
    access: 'read',
    summary: 'A saved lighting scenario as an accessible PDF',
    query: { language: oneOf(LANGUAGES, { default: 'fr' }) },
    answers: { 200: media('application/pdf') },
  },
  remove: { ...ONE, access: 'write', summary: 'Deletes a saved lighting scenario', answers: { 204: null } },
});

export type SimulationContract = typeof simulationContract;
export type Band = Value<typeof Band>;
export type SimulationResult = Value<typeof Result>;
export type SimulationAnswer = Value<typeof SimulationAnswer>;
export type Simulated = Value<typeof Simulated>;
export type SavedScenario = Value<typeof SavedScenario>;
