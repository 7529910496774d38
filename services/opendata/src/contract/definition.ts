import { object, Type, type Value } from '@alzette/kit/contract';

const line = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const words = (maxLength: number) => object({ fr: line(maxLength), en: Type.Optional(line(maxLength)) });
const Words = words(200);
/** A text in the languages of the catalogue; French is required. */
export type Words = Value<typeof Words>;
const Term = Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_-]{0,99}$' });

const ColumnKind = Type.Enum(['text', 'number', 'boolean', 'time']);
export type ColumnKind = Value<typeof ColumnKind>;
const Column = object(
  {
    name: Type.String({
      pattern: '^[A-Za-z][A-Za-z0-9_]{0,62}$',
      description: 'Its name in every format, e.g. `puissance_w`',
    }),
    attribute: Type.String({ ...Term, description: 'The term of the attribute in the territory’s @context' }),
    path: Type.Optional(
      Type.String({
        pattern: '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+){0,4}$',
        maxLength: 200,
        description: 'The path of a member within the value, separated by dots: `streetAddress`',
      }),
    ),
    kind: ColumnKind,
    title: Words,
    unit: Type.Optional(Type.String({ ...line(20), description: 'UN/CEFACT code or symbol' })),
  },
  'A column of the dataset: an attribute, or a member of an attribute’s value',
);
export type Column = Value<typeof Column>;

/** Members of a Table Schema that we don't use are allowed. Constraints that are not listed are not checked. */
const TableField = Type.Object({
  name: line(100),
  type: Type.Optional(line(30)),
  constraints: Type.Optional(
    Type.Object({
      required: Type.Optional(Type.Boolean()),
      pattern: Type.Optional(line(300)),
      enum: Type.Optional(
        Type.Array(Type.Unsafe<string | number | boolean>({ type: ['string', 'number', 'boolean'] }), {
          maxItems: 500,
        }),
      ),
      minimum: Type.Optional(Type.Number()),
      maximum: Type.Optional(Type.Number()),
      minLength: Type.Optional(Type.Integer()),
      maxLength: Type.Optional(Type.Integer()),
    }),
  ),
});
export const TableSchema = object(
  {
    name: Type.String({
      ...line(200),
      description: 'The name at schema.data.gouv.fr, e.g. `etalab/schema-irve-statique`',
    }),
    url: Type.String({ format: 'uri', maxLength: 500 }),
    version: Type.Optional(line(30)),
    fields: Type.Array(TableField, { maxItems: 200 }),
  },
  'A Table Schema (specs.frictionlessdata.io/table-schema), the format of schema.data.gouv.fr',
);
export type TableField = Value<typeof TableField>;
export type TableSchema = Value<typeof TableSchema>;

export const MAX_DAYS = 400;
const Content = object(
  {
    kind: Type.Enum(['current', 'history', 'grid']),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_DAYS, description: 'Of history' })),
  },
  'The rows. `current`: one per entity. `history`: one per instant of an entity in the last `days`. `grid`: the number of entities in a square of 200 m, by the values of the columns, without squares with fewer than five.',
);

const Theme = Type.Enum(
  ['AGRI', 'ECON', 'EDUC', 'ENER', 'ENVI', 'GOVE', 'HEAL', 'JUST', 'REGI', 'SOCI', 'TECH', 'TRAN'],
  { description: 'A data theme of the EU' },
);
const Licence = Type.Enum(['lov2', 'odc-odbl']);
const HvdCategory = Type.Enum(['geospatial', 'environment', 'meteorological', 'statistics', 'companies', 'mobility'], {
  description: 'The category of a high-value dataset',
});
const Frequency = Type.Enum(['quarterHourly', 'hourly', 'daily', 'weekly', 'monthly', 'quarterly', 'annual']);
export type Theme = Value<typeof Theme>;
export type LicenceId = Value<typeof Licence>;
export type HvdCategory = Value<typeof HvdCategory>;
export type Frequency = Value<typeof Frequency>;

const MAX_COLUMNS = 60;
/** The definition of a dataset by an operator. Its columns and `geometry` are the allow-list. */
export const GivenDefinition = object({
  title: Words,
  description: words(4000),
  keywords: Type.Array(line(60), { maxItems: 30, uniqueItems: true }),
  theme: Theme,
  licence: Type.Optional(Licence),
  contact: object({ name: line(200), email: Type.String({ format: 'email', maxLength: 200 }) }),
  hvd: Type.Optional(HvdCategory),
  schema: Type.Optional(TableSchema),
  source: object({
    types: Type.Array(Term, { minItems: 1, maxItems: 10, uniqueItems: true, description: 'Terms of entity types' }),
    communes: Type.Optional(
      Type.Array(line(100), {
        minItems: 1,
        maxItems: 100,
        uniqueItems: true,
        description: 'Slugs of communes; absent: all of them',
      }),
    ),
    q: Type.Optional(
      Type.String({ ...line(500), description: 'Which of them, in NGSI-LD’s query language; not for a grid' }),
    ),
    content: Content,
  }),
  columns: Type.Array(Column, { maxItems: MAX_COLUMNS }),
  geometry: Type.Boolean({ description: 'Whether the position of each entity is shown' }),
  frequency: Frequency,
});
export const DatasetDefinition = object({ ...GivenDefinition.properties, licence: Licence });
export type GivenDefinition = Value<typeof GivenDefinition>;
export type DatasetDefinition = Value<typeof DatasetDefinition>;
