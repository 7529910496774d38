import { type JsonSchema, object, TEXT } from '@alzette/kit/bodies';

const SHARE: JsonSchema = { type: 'number', minimum: 0, maximum: 1 };
const NIGHT_TIME: JsonSchema = {
  type: 'string',
  pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|(sunset|sunrise|civilDusk|civilDawn)([+-]0[0-6]:[0-5]\\d)?)$',
  description: 'HH:MM, or sunset, sunrise, civilDusk or civilDawn with an offset such as sunset+00:15',
};
const DAY: JsonSchema = {
  type: 'string',
  pattern: '^(\\d{4}-)?(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$',
  description: 'A day of every year such as 12-24, or of one such as 2025-12-24',
};
const PROGRAMME = object(
  {
    level: SHARE,
    slots: {
      type: 'array',
      maxItems: 24,
      items: object(
        {
          from: NIGHT_TIME,
          to: NIGHT_TIME,
          level: SHARE,
          presence: object({ level: SHARE, share: SHARE }, ['level', 'share']),
        },
        ['from', 'to', 'level'],
      ),
    },
  },
  ['level'],
);
const RULE = object(
  {
    name: TEXT,
    from: DAY,
    to: DAY,
    weekdays: { type: 'array', items: { type: 'integer', minimum: 1, maximum: 7 }, minItems: 1, maxItems: 7 },
    dates: { type: 'array', items: { type: 'string', format: 'date' }, minItems: 1, maxItems: 400 },
    zones: { type: 'array', items: TEXT, minItems: 1, maxItems: 400 },
    programme: TEXT,
  },
  ['programme'],
);
const DRIVER = object({
  standbyPower: { type: 'number', minimum: 0, maximum: 100, description: 'W' },
  curve: {
    type: 'array',
    minItems: 2,
    maxItems: 50,
    items: object({ level: SHARE, power: SHARE }, ['level', 'power']),
    description: 'Points with rising levels; the last is { level: 1, power: 1 }',
  },
});

/** The JSON Schema of a lighting strategy, without its id. `readStrategy` checks what a schema can't express. */
export const STRATEGY_BODY = object(
  {
    name: { ...TEXT, minLength: 1 },
    on: NIGHT_TIME,
    off: NIGHT_TIME,
    programme: PROGRAMME,
    programmes: { type: 'object', additionalProperties: PROGRAMME, minProperties: 1, maxProperties: 50 },
    calendar: object({ rules: { type: 'array', items: RULE, maxItems: 400 }, defaultProgramme: TEXT }, [
      'defaultProgramme',
    ]),
    driverLosses: { type: 'number', minimum: 0, maximum: 0.9 },
    driver: DRIVER,
  },
  ['name'],
);

export const STRATEGY_ID = '^[a-z0-9][a-z0-9-]{0,63}$';
