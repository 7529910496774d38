import { byName, contract, object, partial, Type, uri, type Value } from '@alzette/kit/contract';
import { CONTAINERS } from './paths.ts';
import { ClockTime, Instant, LonLat, SENSOR_FAULTS } from './schemas.ts';

export type { SensorFault } from './schemas.ts';

export const Container = object({
  id: Type.String(),
  name: Type.String(),
  commune: Type.Optional(Type.String({ description: 'The slug of its commune' })),
  kind: Type.String(),
  position: Type.Optional(LonLat),
  level: Type.Optional(Type.Number({ description: '0 to 1' })),
  observedAt: Type.Optional(Type.String()),
  status: Type.Optional(Type.String()),
  emptiedAt: Type.Optional(Type.String()),
  hours: Type.Optional(
    Type.String({ description: 'The hours in which a lorry may come, such as `Mo-Fr 07:00-19:00`' }),
  ),
  isAccessible: Type.Boolean(),
});
/** A container, read from its entity. */
export type Container = Value<typeof Container>;

/** With 80 % probability it is full between `earliest` and `latest`. */
export const FULL = {
  fullAt: Type.Optional(Instant),
  earliest: Type.Optional(Instant),
  latest: Type.Optional(Instant),
};
const ContainerState = object({
  ...Container.properties,
  faults: Type.Array(Type.Enum(SENSOR_FAULTS)),
  forecast: Type.Optional(
    object({
      ...FULL,
      perDay: Type.Number({ description: 'Present mean increase per day' }),
      error: object(
        { oneDay: Type.Number(), threeDays: Type.Number() },
        'Mean absolute error of the level, measured on the last weeks of its own history',
      ),
      days: Type.Integer(),
      madeAt: Type.Optional(Instant),
    }),
  ),
  tooLittle: Type.Optional(object({ days: Type.Integer(), needed: Type.Integer() }, 'Days of history')),
});
export type ContainerState = Value<typeof ContainerState>;

/**
 * The effect of a public holiday: `restOfWeek` moves the collections of that day and the rest of the week by a day;
 * `dayOnly` moves those of the day to the next working day; `cancelled` drops them; `none` changes nothing.
 */
export const SHIFTS = ['restOfWeek', 'dayOnly', 'cancelled', 'none'] as const;
const Shift = Type.Enum(SHIFTS);
const number = (minimum: number, maximum: number, description?: string) =>
  Type.Number({ minimum, maximum, ...(description !== undefined && { description }) });

const Settings = object({
  shift: Shift,
  shiftOf: byName(Shift, {
    maxProperties: 500,
    description: 'The effect of public holidays, by the commune’s slug; `shift` for the others',
  }),
  putOut: Type.String({ ...ClockTime, description: 'When bins are put out on the evening before, local time' }),
  remindAt: Type.String({ ...ClockTime, description: 'The time of reminders' }),
  depot: Type.Optional(LonLat),
  detour: number(1, 3, 'The factor for straight-line distances'),
  speed: number(5, 120, 'km/h'),
  minutesPerStop: number(0, 120),
  capacity: number(1, 1000, 'The number of full containers that fit into a lorry'),
  start: Type.String({ ...ClockTime, description: 'The start of a round, local time' }),
  longest: number(1, 24, 'Hours'),
  co2PerKm: number(0, 10, 'kg'),
  fixedDays: Type.Integer({
    minimum: 1,
    maximum: 60,
    description: 'Days between two rounds of the fixed plan, the reference for comparisons',
  }),
  threshold: number(0.1, 1, 'The level from which a container is collected'),
  minutesPerVehicle: number(0.5, 60, 'Per waiting vehicle at a recycling centre'),
});
export type Shift = (typeof SHIFTS)[number];
/** The settings of a tenant for waste collection. Without a depot it is the centre of the territory. */
export type WasteSettings = Value<typeof Settings>;

export const containerContract = contract(CONTAINERS, {
  list: {
    summary: 'Containers with fill level, the forecast of when they are full and its error, and sensor faults',
    access: 'read',
    answers: { 200: object({ containers: Type.Array(ContainerState) }) },
  },
  container: {
    summary: 'One container with its forecast',
    access: 'read',
    params: { id: uri() },
    answers: { 200: ContainerState },
  },
  settings: {
    summary: 'The settings for rounds, shifts and reminders',
    access: 'read',
    answers: { 200: Settings },
  },
  changeSettings: {
    summary: 'Changes the settings for rounds, shifts and reminders; others stay',
    access: 'administer',
    audited: { values: 'route' },
    body: partial(Settings),
    answers: { 200: Settings },
    example: { body: { putOut: '19:00', remindAt: '18:00' } },
  },
});
export type ContainerContract = typeof containerContract;
