import type { AnswersSchema, CompiledForm, Field, FieldSchema, Form, Kind } from '../contract/form.ts';

type Keywords = { readonly [keyword: string]: unknown };

const TEXT = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const PATTERN = (pattern: string) => ({ type: 'string', pattern });
const DAY = '\\d{4}-\\d{2}-\\d{2}';
const TIME = '([01]\\d|2[0-3]):[0-5]\\d';
const POINT = {
  type: 'object',
  properties: {
    lat: { type: 'number', minimum: -90, maximum: 90 },
    lon: { type: 'number', minimum: -180, maximum: 180 },
  },
  required: ['lat', 'lon'],
  additionalProperties: false,
};
const POSITION = { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 3 };
const GEOMETRIES = {
  point: { type: 'Point', coordinates: POSITION },
  line: { type: 'LineString', coordinates: { type: 'array', items: POSITION, minItems: 2, maxItems: 500 } },
  area: {
    type: 'Polygon',
    coordinates: {
      type: 'array',
      minItems: 1,
      maxItems: 20,
      items: { type: 'array', items: POSITION, minItems: 4, maxItems: 500 },
    },
  },
} as const;

/** The values of each kind in JSON Schema. Check digits, and what only the territory knows, are checked besides. */
const KEYWORDS: { readonly [kind in Exclude<Kind, 'reading' | 'repeated'>]: (field: Field) => Keywords } = {
  text: ({ maxLength = 200 }) => TEXT(maxLength),
  longText: ({ maxLength = 4000 }) => TEXT(maxLength),
  number: (field) => ({ type: 'number', ...boundsOf(field) }),
  integer: (field) => ({ type: 'integer', ...boundsOf(field) }),
  money: (field) => ({ type: 'number', ...boundsOf(field) }),
  yesNo: () => ({ type: 'boolean' }),
  confirmation: () => ({ const: true }),
  oneOf: ({ options = [] }) => ({ type: 'string', enum: options.map(({ value }) => value) }),
  severalOf: ({ options = [] }) => ({
    type: 'array',
    items: { type: 'string', enum: options.map(({ value }) => value) },
    uniqueItems: true,
  }),
  date: () => ({ type: 'string', format: 'date' }),
  time: () => PATTERN(`^${TIME}$`),
  dateTime: () => PATTERN(`^${DAY}T${TIME}$`),
  period({ isTimed }) {
    const moment = PATTERN(isTimed ? `^${DAY}T${TIME}$` : `^${DAY}$`);
    return {
      type: 'object',
      properties: { from: moment, to: moment },
      required: ['from', 'to'],
      additionalProperties: false,
    };
  },
  email: () => ({ type: 'string', format: 'email', maxLength: 200 }),
  phone: () => PATTERN('^\\+?[\\d .()/-]{6,25}$'),
  address: () => ({
    type: 'object',
    properties: { text: TEXT(300), commune: TEXT(100), location: POINT },
    required: ['text'],
    additionalProperties: false,
  }),
  commune: () => TEXT(100),
  place({ geometry = 'point' }) {
    const { type, coordinates } = GEOMETRIES[geometry];
    return {
      type: 'object',
      properties: { type: { const: type }, coordinates },
      required: ['type', 'coordinates'],
      additionalProperties: false,
    };
  },
  parcel: () => TEXT(20),
  asset: () => ({ type: 'string', format: 'uri', maxLength: 300 }),
  siren: () => TEXT(20),
  siret: () => TEXT(25),
  rna: () => TEXT(20),
  luVat: () => TEXT(20),
  luMatricule: () => TEXT(25),
  rcs: () => TEXT(10),
  deVat: () => TEXT(20),
  iban: () => TEXT(50),
  file: ({ most = 5 }) => ({ type: 'array', items: TEXT(100), maxItems: most, uniqueItems: true }),
  signature: () => TEXT(100),
  booking: () => ({
    type: 'object',
    properties: { slot: TEXT(100) },
    required: ['slot'],
    additionalProperties: false,
  }),
  computed: () => ({ type: 'number', readOnly: true }),
};

/** A form as programs use it. What a condition may hide is not `required` by the schema: `x-field` says that it is. */
export function compileForm({ sections }: Form): CompiledForm {
  const fields = sections.flatMap((section) =>
    section.fields.map((field) => ({ field, isSure: section.when === undefined })),
  );
  return {
    schema: { $schema: 'https://json-schema.org/draft/2020-12/schema', ...schemaOf(fields) },
    uiSchema: {
      type: 'Categorization',
      elements: sections.map(({ id, title, text, when, fields: own }) => ({
        type: 'Category',
        id,
        label: title,
        ...(text && { text }),
        ...ruleOf(when),
        elements: own.map((field) =>
          field.kind === 'reading'
            ? { type: 'Label', id: field.id, text: field.label, ...ruleOf(field.when) }
            : { type: 'Control', scope: `#/properties/${field.id}`, ...ruleOf(field.when) },
        ),
      })),
    },
  };
}

function schemaOf(fields: readonly { readonly field: Field; readonly isSure: boolean }[]): AnswersSchema {
  const answered = fields.filter(({ field }) => field.kind !== 'reading');
  return {
    type: 'object',
    properties: Object.fromEntries(answered.map(({ field }) => [field.id, fieldSchema(field)])),
    required: answered
      .filter(
        ({ field, isSure }) => isSure && field.when === undefined && (field.required || field.kind === 'confirmation'),
      )
      .map(({ field }) => field.id),
    additionalProperties: false,
  };
}

function fieldSchema(field: Field): FieldSchema {
  const { kind, label, hint, example } = field;
  const named = {
    title: label.fr,
    ...(hint && { description: hint.fr }),
    ...(example !== undefined && { examples: [example] }),
    'x-kind': kind,
    'x-field': field,
  };
  if (kind === 'repeated') {
    const { fields = [], min, most = 20 } = field;
    const items = schemaOf(fields.map((each) => ({ field: each, isSure: true })));
    return { ...named, type: 'array', items, maxItems: most, ...(min !== undefined && { minItems: min }) };
  }
  return { ...named, ...(kind === 'reading' ? {} : KEYWORDS[kind](field)) };
}

function boundsOf({ min, max }: Field): Keywords {
  return { ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) };
}

function ruleOf(when: Field['when']) {
  return when === undefined ? {} : { rule: { effect: 'SHOW' as const, condition: when } };
}
