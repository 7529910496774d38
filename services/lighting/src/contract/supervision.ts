import { contract, day, object, Type, text, type Value, wholeNumber } from '@alzette/kit/contract';
import { SUPERVISION } from './paths.ts';
import { Day } from './schemas.ts';

/** What a device reports need not be a number or a text. */
const figure = (description: string) => Type.Optional(Type.Unsafe<number>({ description }));

const LampState = object(
  {
    id: Type.String(),
    name: Type.String(),
    commune: Type.Optional(Type.String()),
    street: Type.Optional(Type.String()),
    level: figure('0 to 1'),
    powerState: Type.Optional(Type.Unsafe<string>({})),
    power: figure('W'),
    energy: figure('kWh of its meter'),
    voltage: figure('V'),
    current: figure('A'),
    powerFactor: figure('0 to 1'),
    status: Type.Optional(Type.Unsafe<string>({})),
    events: Type.Array(Type.String(), { description: 'Lasting TALQ events' }),
    heardAt: Type.Optional(Type.String({ description: 'The last report of the lamp' })),
  },
  'A lamp in the view of its operator',
);

const ReportRate = object(
  {
    days: Type.Number(),
    reports: Type.Integer(),
    per100: Type.Number(),
    low: Type.Number({ description: 'The 95 % confidence interval of the rate (Poisson, Byar’s approximation)' }),
    high: Type.Number(),
  },
  'Citizen reports about lamps in a period: their number, and the rate per 100 points and 30 days',
);
const ReportsAround = object({
  change: Day,
  rows: Type.Array(
    object({
      zone: Type.String({ description: 'Empty for all zones' }),
      lamps: Type.Integer(),
      before: ReportRate,
      after: ReportRate,
      isInconclusive: Type.Boolean({
        description: 'Too few reports: fewer than twenty on one side, or the two intervals overlap',
      }),
    }),
  ),
});

/** The state of lamps for the operator, the number of defects of each kind, and what citizens report. */
export const supervisionContract = contract(SUPERVISION, {
  lamps: {
    access: 'read',
    summary: 'The lamps with their current state and lasting TALQ events',
    query: { commune: text({ pattern: /\S/, expected: 'a text that is not blank,' }) },
    answers: { 200: object({ lamps: Type.Array(LampState) }) },
  },
  defects: {
    access: 'read',
    summary: 'The lasting TALQ events: reported ones, and those detected from nights',
    answers: {
      200: object({
        night: Type.Optional(Day),
        lamps: Type.Integer(),
        defects: Type.Array(
          object({
            event: Type.String(),
            count: Type.Integer(),
            ids: Type.Array(Type.String(), { description: 'The first 200' }),
          }),
        ),
      }),
    },
  },
  reports: {
    access: 'read',
    summary:
      'The number of citizen reports per 100 lamps before and after a day, by default the last change of a strategy',
    query: { change: day(), days: wholeNumber({ min: 1, max: 3 * 366, default: 30 }) },
    answers: { 200: ReportsAround },
  },
});

export type SupervisionContract = typeof supervisionContract;
export type LampState = Value<typeof LampState>;
export type ReportRate = Value<typeof ReportRate>;
export type ReportsAround = Value<typeof ReportsAround>;
