import { byName, object, Type, type Value } from '@alzette/kit/contract';
import { Name, Share, words } from './schemas.ts';

const NightTime = Type.String({
  pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|(sunset|sunrise|civilDusk|civilDawn)([+-](0[0-5]:[0-5]\\d|06:00))?)$',
  description: 'HH:MM, or sunset, sunrise, civilDusk or civilDawn with an offset such as sunset+00:15',
});
const YearDay = Type.String({
  pattern: '^(\\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
  description: 'A day of every year such as 12-24, or of one such as 2025-12-24',
});
export const ClockTime = Type.String({
  pattern: '^([01]\\d|2[0-3]):[0-5]\\d$',
  description: 'a time such as 22:00',
});

const Slot = object({
  from: NightTime,
  to: NightTime,
  level: Share,
  presence: Type.Optional(
    object(
      { level: Share, share: Share },
      'With motion detection: the level on detection, and the share of the time with detections',
    ),
  ),
});
const SLOTS = Type.Array(Slot, { maxItems: 24, description: 'Where two overlap, the later one applies' });
export const Programme = object({ level: Share, slots: Type.Optional(SLOTS) });

const Rule = object(
  {
    name: Type.Optional(Name),
    from: Type.Optional(YearDay),
    to: Type.Optional(YearDay),
    weekdays: Type.Optional(
      Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
        minItems: 1,
        maxItems: 7,
        description: 'ISO weekdays of the evening, 1 for Monday',
      }),
    ),
    dates: Type.Optional(Type.Array(Type.String({ format: 'date' }), { minItems: 1, maxItems: 400 })),
    zones: Type.Optional(
      Type.Array(Name, {
        minItems: 1,
        maxItems: 400,
        description: 'Communes, streets as `Thil/Rue du Moulin`, or ids of drawn zones; absent: all',
      }),
    ),
    askedBy: Type.Optional({ ...Name, description: 'Who asked for it, e.g. the mayor’s office' }),
    programme: Name,
  },
  'When another programme than the default runs. All given conditions must match; the first matching rule decides',
);
export type CalendarRule = Value<typeof Rule>;

const Driver = object({
  standbyPower: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'W' })),
  curve: Type.Optional(
    Type.Array(object({ level: Share, power: Share }), {
      minItems: 2,
      maxItems: 50,
      description: 'Points with rising levels; the last is { level: 1, power: 1 }',
    }),
  ),
});

const MOST_PROGRAMMES = { minProperties: 1, maxProperties: 50, propertyNames: words() };

/** The members that strategies and simulated scenarios have in common. */
export const OPERATION = {
  on: Type.Optional(NightTime),
  off: Type.Optional(NightTime),
  programme: Type.Optional(Programme),
  programmes: Type.Optional(byName(Programme, MOST_PROGRAMMES)),
  calendar: Type.Optional(
    object({ rules: Type.Optional(Type.Array(Rule, { maxItems: 400 })), defaultProgramme: Name }),
  ),
  driverLosses: Type.Optional(Type.Number({ minimum: 0, maximum: 0.9 })),
  driver: Type.Optional(Driver),
};
const Operation = object(OPERATION);
export type Operation = Value<typeof Operation>;

/** `readStrategy` checks what a schema can't express. */
export const StrategyBody = object({ name: Name, ...OPERATION });
export type StrategyBody = Value<typeof StrategyBody>;

/** A strategy as it is stored. */
export const StrategyDocument = object({
  name: Type.String(),
  on: NightTime,
  off: NightTime,
  programmes: byName(object({ level: Share, slots: SLOTS })),
  calendar: object({ rules: Type.Array(Rule), defaultProgramme: Type.String() }),
  driver: Type.Optional(Driver),
});
export type StrategyDocument = Value<typeof StrategyDocument>;
export type Slot = Value<typeof Slot>;
