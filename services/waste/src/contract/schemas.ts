import { object, Type, type Value } from '@alzette/kit/contract';

export const Day = Type.String({ format: 'date' });
export const Instant = Type.String({ format: 'date-time' });
export const LonLat = Type.Tuple([
  Type.Number({ minimum: -180, maximum: 180 }),
  Type.Number({ minimum: -90, maximum: 90 }),
]);
export const ClockTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' });

const TourStop = object({
  container: Type.String(),
  name: Type.String(),
  commune: Type.Optional(Type.String()),
  kind: Type.String(),
  position: LonLat,
  level: Type.Number(),
  arrival: Instant,
});
export const Tour = object(
  {
    stops: Type.Array(TourStop),
    km: Type.Number(),
    minutes: Type.Number(),
    co2: Type.Number({ description: 'kg' }),
    back: Instant,
    load: Type.Number({ description: 'In full containers' }),
  },
  'One round of one lorry',
);
export type Tour = Value<typeof Tour>;

export const Act = object({
  stop: Type.String({ maxLength: 300 }),
  state: Type.Enum(['done', 'inaccessible', 'open']),
  note: Type.String({ maxLength: 500 }),
  at: Instant,
});
/** The act of a driver at a stop. */
export type Act = Value<typeof Act>;

/**
 * The fault of a filling sensor: `silent`: it does not report; `stuck`: it reports the same value for days; `misSet`:
 * it never reports an empty container, even after an emptying; `noisy`: it jumps; `tilted`: it reports that itself.
 */
export const SENSOR_FAULTS = ['silent', 'stuck', 'misSet', 'noisy', 'tilted'] as const;
export type SensorFault = (typeof SENSOR_FAULTS)[number];
