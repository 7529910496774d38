import { object, Type, type Value } from '@alzette/kit/contract';
import { DocumentId, Name, Title, Unit, Words } from './words.ts';

export const LEVELS = ['country', 'commune', 'iris', 'cell'] as const;
/** What is known of a value: only `observed` and `imputed` ones have a number. */
export const STATUSES = ['observed', 'imputed', 'withheld', 'notSignificant', 'notAvailable'] as const;
const Column = Type.String({ minLength: 1, maxLength: 100 });
const Marks = Type.Optional(Type.Array(Type.String({ maxLength: 20 }), { maxItems: 20 }));

const Variable = object(
  {
    id: Name,
    title: Words,
    unit: Unit,
    column: Column,
    when: Type.Optional(
      object({ column: Column, is: Type.String({ maxLength: 200 }) }, 'Only rows with this value, in long files'),
    ),
    combine: Type.Enum(['only', 'sum', 'count', 'median'], {
      description: 'How several rows of one place and period become a value; `only` refuses them',
    }),
    isAddable: Type.Boolean({
      description: 'Whether the values of places may be added: not those of rates and medians',
    }),
  },
  '`column` may have {yy} or {yyyy} for the year and {x} for a letter, e.g. `{x}{yy}_POP`; several with | between them are added by `sum`',
);

/** A file that a statistical office publishes: how to read it, and what it means. */
export const Flow = object({
  title: Words,
  publisher: Title,
  licence: Title,
  address: Type.String({ maxLength: 500 }),
  howToGet: Words,
  place: object({
    level: Type.Enum(LEVELS),
    column: Type.Optional(Column),
    department: Type.Optional(Column),
    communeIn: Type.Optional(Column),
    communeName: Type.Optional(Column),
    longitude: Type.Optional(Column),
    latitude: Type.Optional(Column),
    code: Type.Optional(Type.String({ maxLength: 20 })),
  }),
  period: Type.Optional(object({ column: Column, form: Type.Enum(['yyyy', 'yy', 'date', 'frenchDate']) })),
  imputed: Type.Optional(object({ column: Column, is: Type.String({ maxLength: 20 }) })),
  published: Type.Optional(
    object({ column: Column, is: Type.String({ maxLength: 20 }) }, 'Rows with another value are withheld'),
  ),
  rows: Type.Optional(
    Type.Array(object({ column: Column, is: Marks, isNot: Marks }), { maxItems: 5, description: 'Which rows count' }),
  ),
  distinct: Type.Optional(
    Type.String({ maxLength: 100, description: 'Rows that repeat a value of this column count once' }),
  ),
  withheld: Marks,
  notSignificant: Marks,
  notAvailable: Marks,
  variables: Type.Array(Variable, { minItems: 1, maxItems: 60 }),
});

const Year = Type.Integer({ minimum: 1800, maximum: 2200 });
export const Report = object({
  rows: Type.Integer(),
  values: Type.Integer(),
  withheld: Type.Integer(),
  moved: Type.Integer({ description: 'Codes of communes that no longer exist, joined to their successor' }),
  outside: Type.Integer({ description: 'Rows of places outside the territory' }),
  rejected: Type.Array(object({ line: Type.Integer(), reason: Type.String() })),
});
export const Import = object({
  id: Type.String(),
  flow: DocumentId,
  vintage: Year,
  madeAt: Type.String({ format: 'date-time' }),
  report: Report,
  outcome: Type.Optional(Type.String({ description: '`done`, or why it failed; absent: it is being written' })),
});

const Status = Type.Enum(STATUSES);
export const Observed = object({ period: Type.String(), value: Type.Optional(Type.Number()), status: Status });
export const Series = object({
  flow: DocumentId,
  variable: Name,
  title: Words,
  unit: Unit,
  publisher: Type.String(),
  licence: Type.String(),
  places: Type.Array(
    object({
      code: Type.String(),
      name: Type.String(),
      level: Type.Enum(LEVELS),
      vintage: Type.Optional(Year),
      values: Type.Array(Observed),
    }),
  ),
  sums: Type.Array(
    object({
      period: Type.String(),
      value: Type.Optional(Type.Number()),
      isUnbounded: Type.Boolean({ description: 'A part is withheld, so the sum may be any larger number' }),
      known: Type.Integer({ description: 'Of how many communes it is known' }),
    }),
    { description: 'Over the communes of the territory; empty: values cannot be added' },
  ),
});

export type Flow = Value<typeof Flow>;
export type Report = Value<typeof Report>;
export type Series = Value<typeof Series>;
export type Observed = Value<typeof Observed>;
export type ImportShown = Value<typeof Import>;
