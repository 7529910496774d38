import { HOLIDAYS } from '@alzette/kit/calendar';
import type { Attribute } from '@alzette/ngsi-ld-schemas/models';
import { AGGREGATES, OPERATORS, SEVERITIES } from '../contract/rule.ts';

type JsonSchema = Attribute['schema'];

const NAME: JsonSchema = { type: 'string', minLength: 1, maxLength: 256 };
const DURATION: JsonSchema = {
  type: 'string',
  maxLength: 40,
  pattern: '^P(?!$)(\\d+W)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?(\\d+(\\.\\d+)?S)?)?$',
  description: 'ISO 8601, of weeks, days, hours, minutes and seconds; a day is 24 hours',
};
const WORDS = closed({ fr: text(500), en: text(500), de: text(500), lb: text(500) }, ['fr', 'en']);
const SCALAR: JsonSchema = { type: ['string', 'number', 'boolean'] };
const UNIT: JsonSchema = { type: 'string', pattern: '^[A-Z0-9]{2,3}$', description: 'UN/CEFACT common code' };
const POSITION: JsonSchema = { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 3 };
const RING: JsonSchema = { type: 'array', items: POSITION, minItems: 4, maxItems: 2000 };
const POLYGON: JsonSchema = { type: 'array', items: RING, minItems: 1, maxItems: 50 };
const OPERATOR: JsonSchema = { enum: OPERATORS };

const AREA: JsonSchema = {
  oneOf: [
    closed({ type: { const: 'Polygon' }, coordinates: POLYGON }, ['type', 'coordinates']),
    closed(
      { type: { const: 'MultiPolygon' }, coordinates: { type: 'array', items: POLYGON, minItems: 1, maxItems: 50 } },
      ['type', 'coordinates'],
    ),
    closed({ center: POSITION, radius: { type: 'number', exclusiveMinimum: 0, description: 'metres' } }, [
      'center',
      'radius',
    ]),
  ],
};

const TIME_OF_DAY: JsonSchema = {
  type: 'string',
  pattern: '^(([01]\\d|2[0-3]):[0-5]\\d|(sunrise|sunset|dawn|dusk)([+-]P[0-9WDTHMS.]+)?)$',
};
const CALENDAR = closed({
  timeZone: text(64),
  days: {
    type: 'array',
    items: { type: 'integer', minimum: 1, maximum: 7 },
    minItems: 1,
    maxItems: 7,
    uniqueItems: true,
  },
  from: TIME_OF_DAY,
  to: TIME_OF_DAY,
  holidays: { enum: ['skip', 'only'] },
  holidaysOf: { enum: [...HOLIDAYS] },
});

const CONDITIONS: JsonSchema = { type: 'array', items: { $ref: '#/$defs/condition' }, minItems: 1, maxItems: 20 };
const COMPARAND: JsonSchema = {
  anyOf: [
    SCALAR,
    { type: 'array', items: SCALAR, minItems: 1, maxItems: 100 },
    closed({ attr: NAME, times: { type: 'number' } }, ['attr']),
  ],
};

/** The kinds of conditions, each by the member that only it has. */
export const CONDITION_KINDS: { readonly [member: string]: JsonSchema } = {
  all: closed({ all: CONDITIONS }, ['all']),
  any: closed({ any: CONDITIONS }, ['any']),
  not: closed({ not: { $ref: '#/$defs/condition' } }, ['not']),
  during: closed({ during: CALENDAR }, ['during']),
  geofence: closed(
    { geofence: { enum: ['inside', 'outside', 'enter', 'leave'] }, area: AREA, attr: NAME, window: DURATION },
    ['geofence', 'area'],
  ),
  change: closed(
    {
      attr: NAME,
      change: closed({ from: SCALAR, to: SCALAR, by: { type: 'number', exclusiveMinimum: 0 } }),
      window: DURATION,
      unit: UNIT,
    },
    ['attr', 'change', 'window'],
  ),
  agg: closed(
    {
      attr: NAME,
      agg: { enum: AGGREGATES },
      window: DURATION,
      where: closed({ op: OPERATOR, value: SCALAR }, ['op', 'value']),
      op: OPERATOR,
      value: { type: 'number' },
      unit: UNIT,
      per: DURATION,
    },
    ['attr', 'agg', 'window', 'op', 'value'],
  ),
  op: closed({ attr: NAME, op: OPERATOR, value: COMPARAND, unit: UNIT }, ['attr', 'op', 'value']),
};

/** The kinds of `clear`, each by the member that only it has. */
export const CLEAR_KINDS: { readonly [member: string]: JsonSchema } = {
  when: closed({ when: { $ref: '#/$defs/condition' }, for: DURATION }, ['when']),
  whenOver: closed({ whenOver: { const: true }, for: DURATION }, ['whenOver']),
};

/** A severity step; its condition is checked by its kind. */
export const SEVERITY_STEP = closed({ severity: { enum: SEVERITIES }, when: {}, for: DURATION, text: WORDS }, [
  'severity',
  'when',
]);

const STEP = { after: DURATION, unless: { enum: ['acknowledged', 'cleared'] }, template: text(100) };
/** The kinds of actions, by their `type`. */
export const ACTION_KINDS: { readonly [type: string]: JsonSchema } = {
  notify: closed(
    { on: { enum: ['raise', 'clear'] }, type: { const: 'notify' }, channel: text(200), to: text(200), ...STEP },
    ['on', 'type', 'channel'],
  ),
  workOrder: closed(
    { on: { const: 'raise' }, type: { const: 'workOrder' }, priority: text(40), organisation: text(200), ...STEP },
    ['on', 'type'],
  ),
  update: closed({ on: { enum: ['raise', 'clear'] }, type: { const: 'update' }, attr: NAME, value: SCALAR }, [
    'on',
    'type',
    'attr',
    'value',
  ]),
};

/** The published schema of a rule's document. `check-rule.ts` checks what a schema can't express. */
export const RULE_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: 'https://alzette.example/schemas/rule/1',
  title: 'A rule on entities: what raises an alarm, and what clears it',
  ...closed(
    {
      id: { type: 'string', pattern: '^urn:[a-z0-9][a-z0-9-]{1,31}:[^\\s]{1,200}$' },
      name: WORDS,
      description: WORDS,
      enabled: { type: 'boolean' },
      scope: closed(
        {
          types: { type: 'array', items: NAME, minItems: 1, maxItems: 20, uniqueItems: true },
          q: text(1000),
          scopeQ: text(500),
          area: AREA,
        },
        ['types'],
      ),
      when: { $ref: '#/$defs/condition' },
      for: DURATION,
      clear: { anyOf: Object.values(CLEAR_KINDS) },
      steps: {
        type: 'array',
        minItems: 1,
        maxItems: 4,
        items: {
          ...SEVERITY_STEP,
          properties: { ...(SEVERITY_STEP.properties as object), when: { $ref: '#/$defs/condition' } },
        },
      },
      absence: closed({ attr: NAME, after: DURATION, severity: { enum: SEVERITIES }, text: WORDS }),
      schedule: CALENDAR,
      lateness: DURATION,
      dedup: closed({ key: { type: 'array', items: NAME, minItems: 1, maxItems: 5 }, minInterval: DURATION }),
      suppressIf: {
        type: 'array',
        maxItems: 10,
        items: {
          anyOf: [
            { const: 'maintenance' },
            closed({ parentAlarm: NAME, rules: { type: 'array', items: NAME, minItems: 1, maxItems: 20 } }, [
              'parentAlarm',
            ]),
          ],
        },
      },
      group: closed({ over: { type: 'integer', minimum: 2, maximum: 100_000 }, by: { enum: ['rule', 'scope'] } }, [
        'over',
      ]),
      severity: { enum: SEVERITIES },
      category: text(60),
      subCategory: text(60),
      text: WORDS,
      actions: { type: 'array', items: { anyOf: Object.values(ACTION_KINDS) }, maxItems: 20 },
    },
    ['id', 'name', 'scope', 'severity'],
  ),
  $defs: { condition: { anyOf: Object.values(CONDITION_KINDS) } },
};

function closed(properties: { readonly [name: string]: JsonSchema }, required: readonly string[] = []): JsonSchema {
  return { type: 'object', properties, additionalProperties: false, ...(required.length > 0 && { required }) };
}

function text(maxLength: number): JsonSchema {
  return { type: 'string', minLength: 1, maxLength };
}
