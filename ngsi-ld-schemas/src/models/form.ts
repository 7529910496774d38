import type { Attribute, JsonSchema, Model } from './model.ts';

/** The input widget for a value. */
export type Widget =
  | 'text'
  | 'paragraph'
  | 'number'
  | 'slider'
  | 'switch'
  | 'choice'
  | 'date'
  | 'time'
  | 'date-time'
  | 'link'
  | 'email'
  | 'entity'
  | 'geometry'
  | 'json';

export interface FormField {
  readonly name: string;
  readonly widget: Widget;
  readonly required: boolean;
  readonly many: boolean;
  readonly unit?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  /** `open`: users can also enter other values. */
  readonly choices?: readonly (string | number)[];
  readonly open?: boolean;
  /** The types of entities to choose from. */
  readonly targets?: readonly string[];
  readonly help?: string;
}

/** The description from which a page builds the form of an entity. */
export interface FormDescriptor {
  readonly type: string;
  readonly iri: string;
  readonly subject: string;
  readonly version: string;
  readonly fields: readonly FormField[];
}

/** Timestamps that the broker sets itself. */
const AUTOMATIC: ReadonlySet<string> = new Set(['dateCreated', 'dateModified']);

/** Required fields first, then the order of the model. */
export function formOf({ type, iri, subject, version, attributes }: Model): FormDescriptor {
  const fields = Object.entries(attributes)
    .filter(([name]) => !AUTOMATIC.has(name))
    .map(([name, attribute]) => field(name, attribute));
  return {
    type,
    iri,
    subject,
    version,
    fields: [...fields.filter((f) => f.required), ...fields.filter((f) => !f.required)],
  };
}

function field(name: string, attribute: Attribute): FormField {
  const { unit, values, open, targets, description, required = false, many = false } = attribute;
  const value = valueSchema(attribute);
  const { minimum, maximum } = value;
  return {
    name,
    widget: widgetOf(name, attribute, value),
    required,
    many,
    ...(unit !== undefined && { unit }),
    ...(typeof minimum === 'number' && { minimum }),
    ...(typeof maximum === 'number' && { maximum }),
    ...(values !== undefined && { choices: values, open: open === true }),
    ...(targets !== undefined && { targets }),
    ...(description !== undefined && { help: description.replace(/^\s*\w*Property\.\s*|^\s*Relationship\.\s*/, '') }),
  };
}

/** The schema of one value of a list. */
function valueSchema({ schema, many }: Attribute): JsonSchema {
  return many && typeof schema.items === 'object' ? (schema.items as JsonSchema) : schema;
}

const FORMATS: Readonly<Record<string, Widget>> = {
  date: 'date',
  time: 'time',
  'date-time': 'date-time',
  uri: 'link',
  email: 'email',
  'idn-email': 'email',
};

function widgetOf(name: string, { kind, values }: Attribute, schema: JsonSchema): Widget {
  if (kind === 'GeoProperty') return 'geometry';
  if (kind === 'Relationship' || kind === 'ListRelationship') return 'entity';
  if (values !== undefined) return 'choice';
  if (schema.type === 'boolean') return 'switch';
  if (schema.type === 'number' || schema.type === 'integer') return schema.maximum === 1 ? 'slider' : 'number';
  if (schema.type !== 'string') return 'json';
  const format = typeof schema.format === 'string' ? FORMATS[schema.format] : undefined;
  return format ?? (name === 'description' ? 'paragraph' : 'text');
}
