import type { Attribute, JsonSchema, Model } from './model.ts';

/** How a page asks for a value. */
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
  /** `open`: the page lets others be typed. */
  readonly choices?: readonly (string | number)[];
  readonly open?: boolean;
  /** Types of entities to choose from. */
  readonly targets?: readonly string[];
  readonly help?: string;
}

/** What a page needs to draw the form of an entity. */
export interface FormDescriptor {
  readonly type: string;
  readonly iri: string;
  readonly subject: string;
  readonly version: string;
  readonly fields: readonly FormField[];
}

/** Timestamps that the broker keeps itself. */
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

/** Of one value, where there may be many. */
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
