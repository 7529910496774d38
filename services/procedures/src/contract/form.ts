import { object, Type, type Value } from '@alzette/kit/contract';
import { FieldId, Texts } from './texts.ts';

/** The kinds of fields. Each has its value in `answers`, except `reading`; `computed` is calculated on both sides. */
export const KINDS = {
  text: 'A text on one line: a string',
  longText: 'A text on several lines: a string',
  number: 'A decimal number',
  integer: 'A whole number',
  money: 'An amount in euros: a number with two decimals',
  yesNo: 'Yes or no: true or false',
  confirmation: 'A box that must be ticked: true',
  oneOf: 'The `value` of one option',
  severalOf: 'A list of the `value`s of options',
  date: 'A day: `2026-12-02`',
  time: 'A time of day: `14:30`',
  dateTime: 'A local day and time: `2026-12-02T14:30`',
  period: 'Two days or two local times: `{ "from": …, "to": … }`',
  email: 'An e-mail address',
  phone: 'A telephone number',
  address: 'An address of the territory: `{ "text": …, "commune": slug, "location": { "lat", "lon" } }`',
  commune: 'A commune of the territory: its slug',
  place: 'A place on the map: a GeoJSON geometry of the kind that `geometry` names',
  parcel: 'A French cadastral parcel: 14 characters, e.g. `57038000AB0012`',
  asset: 'An asset of the territory: the id of an entity of one of `assetTypes`',
  siren: 'A French company: 9 digits with their check digit',
  siret: 'A French establishment: 14 digits with their check digit',
  rna: 'A French association: W and 9 digits',
  luVat: 'A Luxembourg VAT number: LU and 8 digits with their check digits',
  luMatricule: 'A Luxembourg national identification number: 13 digits with their check digits',
  rcs: 'A number of the Luxembourg register of companies: a letter and 1 to 6 digits',
  deVat: 'A German VAT number: DE and 9 digits with their check digit',
  iban: 'An IBAN with its check digits',
  file: 'Files: a list of tokens of `addFile`',
  signature: 'A drawn signature: the token of an image of `addFile`',
  repeated: 'A list of rows, each an object with the values of `fields`',
  booking: 'A slot of `resource`: `{ "slot": id }`; the amount is `amountFrom`, or 1',
  computed: 'A number that is calculated from others by `value`',
  reading: 'A text to read: no value',
} as const;
export type Kind = keyof typeof KINDS;
const Kind = Type.Enum(Object.keys(KINDS) as Kind[]);

/** Ends in the option of a field, or a number in the answers. In a row, a field of the row comes first. */
export const COMPARISONS = ['equal', 'notEqual', 'less', 'greater', 'contains', 'filled', 'empty'] as const;
const Compared = object(
  {
    field: FieldId,
    is: Type.Enum(COMPARISONS),
    value: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Number(), Type.Boolean()])),
  },
  'Compares the value of a field. A field that is hidden or not answered is empty, and not equal to anything',
);
const Group = Type.Union([
  Compared,
  object({ all: Type.Array(Compared, { minItems: 1, maxItems: 20 }) }),
  object({ any: Type.Array(Compared, { minItems: 1, maxItems: 20 }) }),
]);
/** When a field or section is shown. What is not shown is not required, and its value is dropped. */
export const Condition = Type.Union([
  Compared,
  object({ all: Type.Array(Group, { minItems: 1, maxItems: 20 }) }),
  object({ any: Type.Array(Group, { minItems: 1, maxItems: 20 }) }),
]);
export type Condition = Value<typeof Condition>;

const Operand = Type.Union([
  Type.Number(),
  object({ field: FieldId }, 'The number of a field'),
  object({ numberOf: FieldId }, 'The `number` of the selected option'),
  object({ sum: FieldId, of: FieldId }, 'The sum of a field over the rows of a repeated part'),
  object({ count: FieldId }, 'How many rows or selected options a field has'),
]);
/** How a `computed` field is calculated. A missing value counts as nothing: 0. Rounded to `decimals`. */
export const Calculation = Type.Union([
  Operand,
  object({ add: Type.Array(Operand, { minItems: 1, maxItems: 20 }) }),
  object({ multiply: Type.Array(Operand, { minItems: 1, maxItems: 20 }) }),
  object({ subtract: Type.Array(Operand, { minItems: 2, maxItems: 2 }) }),
  object({ divide: Type.Array(Operand, { minItems: 2, maxItems: 2 }) }),
]);
export type Calculation = Value<typeof Calculation>;

const Choice = object({
  value: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$' }),
  label: Texts,
  group: Type.Optional(Texts),
  number: Type.Optional({ ...Type.Number(), description: 'For calculations, e.g. m³ of an object' }),
});
export type Choice = Value<typeof Choice>;

/** The purposes of HTML's `autocomplete` for data of the person who fills in the form. */
export const AUTOCOMPLETE = [
  'name',
  'given-name',
  'family-name',
  'email',
  'tel',
  'street-address',
  'postal-code',
  'address-level2',
  'bday',
  'organization',
] as const;

const Personal = object(
  {
    purpose: Texts,
    keepDays: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 36_500,
        description: 'After the end of the dossier; default: as the dossier',
      }),
    ),
    seenBy: Type.Optional(
      Type.Array(Type.String(), { description: 'The functions that see it; default: all who see the dossier' }),
    ),
  },
  'Marks a field as personal data, for the register of processing',
);

const FIELD = {
  id: FieldId,
  kind: Kind,
  label: Texts,
  hint: Type.Optional(Texts),
  example: Type.Optional({
    ...Type.String({ maxLength: 200 }),
    description: 'Of a valid value, shown before the field',
  }),
  required: Type.Optional(Type.Boolean()),
  when: Type.Optional(Condition),
  autocomplete: Type.Optional(Type.Enum(AUTOCOMPLETE)),
  personal: Type.Optional(Personal),
  options: Type.Optional(Type.Array(Choice, { minItems: 1, maxItems: 200 })),
  min: Type.Optional(Type.Number()),
  max: Type.Optional(Type.Number()),
  maxLength: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  unit: Type.Optional(Type.String({ maxLength: 20 })),
  isTimed: Type.Optional({ ...Type.Boolean(), description: 'A `period` of local times instead of days' }),
  geometry: Type.Optional(Type.Enum(['point', 'line', 'area'])),
  assetTypes: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { minItems: 1, maxItems: 20 })),
  accept: Type.Optional(Type.Array(Type.Enum(['image', 'pdf']), { minItems: 1, uniqueItems: true })),
  most: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, description: 'Of files or rows' })),
  resource: Type.Optional(Type.String({ description: 'Of a `booking`: what is booked' })),
  amountFrom: Type.Optional({ ...FieldId, description: 'Of a `booking`: the number field that says how much' }),
  value: Type.Optional(Calculation),
  decimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 4 })),
};
/** A field of a row. */
export const RowField = object(FIELD);
export const Field = object({
  ...FIELD,
  fields: Type.Optional(Type.Array(RowField, { minItems: 1, maxItems: 20, description: 'Of a `repeated` part' })),
});
export type Field = Value<typeof Field>;

export const Section = object({
  id: FieldId,
  title: Texts,
  text: Type.Optional(Texts),
  when: Type.Optional(Condition),
  fields: Type.Array(Field, { minItems: 1, maxItems: 50 }),
});
export type Section = Value<typeof Section>;

/** A form as people write it. Sections are pages. */
export const Form = object({ sections: Type.Array(Section, { minItems: 1, maxItems: 20 }) });
export type Form = Value<typeof Form>;

/**
 * The schema of one field in a compiled form: a JSON Schema of its value, and the field in `x-field`, which has the labels,
 * hint, options and the kind. The rows of a repeated part are `items`, whose `properties` are the fields of the row.
 */
export interface FieldSchema {
  readonly [keyword: string]: unknown;
  readonly 'x-kind': Kind;
  readonly 'x-field': Field;
  readonly items?: AnswersSchema;
}
export interface AnswersSchema {
  readonly type: 'object';
  readonly properties: { readonly [field: string]: FieldSchema };
  readonly required: readonly string[];
  readonly additionalProperties: false;
}
/** `SHOW` is the only effect. The condition is the tree of `Condition`, evaluated by `@alzette/procedures/answers`. */
export interface Rule {
  readonly effect: 'SHOW';
  readonly condition: Condition;
}
export interface Control {
  readonly type: 'Control';
  readonly scope: `#/properties/${string}`;
  readonly rule?: Rule;
}
export interface Label {
  readonly type: 'Label';
  readonly id: string;
  readonly text: Texts;
  readonly rule?: Rule;
}
export interface Category {
  readonly type: 'Category';
  readonly id: string;
  readonly label: Texts;
  readonly text?: Texts;
  readonly rule?: Rule;
  readonly elements: readonly (Control | Label)[];
}
/** A form as programs use it: the JSON Schema (2020-12) of its answers, and a UI schema in the format of JSON Forms. */
export interface CompiledForm {
  readonly schema: AnswersSchema & { readonly $schema: string };
  readonly uiSchema: { readonly type: 'Categorization'; readonly elements: readonly Category[] };
}
export const CompiledForm = Type.Unsafe<CompiledForm>({
  type: 'object',
  description: 'The JSON Schema of the answers, and a UI schema in the format of JSON Forms',
  properties: { schema: { type: 'object' }, uiSchema: { type: 'object' } },
  required: ['schema', 'uiSchema'],
  additionalProperties: false,
});

/** By the id of the field. A value of a repeated part is a list of such objects. */
export type Answers = { readonly [field: string]: unknown };
export const Answers = Type.Unsafe<Answers>({
  type: 'object',
  maxProperties: 500,
  description: 'The values by the ids of the fields, as the compiled schema says',
});
