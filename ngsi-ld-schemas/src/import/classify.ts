import type { AttributeKind } from '../entity.ts';
import type { Attribute, JsonSchema } from '../models/model.ts';
import { unitOfText } from '../units/unit-text.ts';

const KIND = /^\s*(Property|Relationship|GeoProperty|LanguageProperty|VocabProperty|JsonProperty|ListProperty)\b/i;
const KINDS: Readonly<Record<string, AttributeKind>> = {
  property: 'Property',
  relationship: 'Relationship',
  geoproperty: 'GeoProperty',
  languageproperty: 'LanguageProperty',
  vocabproperty: 'VocabProperty',
  jsonproperty: 'JsonProperty',
  listproperty: 'ListProperty',
};
const UNITS = /Units?\s*:\s*['"‘’]([^'"‘’]+)['"‘’]/i;
const ENUM = /Enum\s*:\s*['"‘’]([^'"‘’]+)['"‘’]/i;
/** The published models use closed enumerations even where the description allows other values. */
const OPEN = /\b(?:any other|other values?|not limited|among others|or any|meaningful (?:for|value))/i;
const TARGET = /\btype\(?s?\)?:?\s+['"`]?([A-Z][A-Za-z0-9]+)/;
const REFERENCE = /^(?:ref|has)([A-Z]\w*)$/;
const GEOMETRIES: ReadonlySet<string> = new Set([
  'Point',
  'LineString',
  'Polygon',
  'MultiPoint',
  'MultiLineString',
  'MultiPolygon',
]);

/** Derives an attribute from a resolved property schema. */
export function classify(name: string, schema: JsonSchema, required: boolean): Attribute {
  const description = typeof schema.description === 'string' ? schema.description : '';
  const kind = kindOf(name, schema, description);
  const enforced = enumOf(schema);
  const values: readonly (string | number)[] = enforced.length > 0 ? enforced : saidValues(description);
  const unit = kind === 'Property' ? unitOf(schema, description) : undefined;
  const targets = kind === 'Relationship' ? targetsOf(name, description) : [];
  return {
    kind,
    schema,
    ...(required && { required }),
    ...(unit !== undefined && { unit }),
    ...(values.length > 0 && { values, open: enforced.length === 0 || OPEN.test(description) }),
    ...(jsonTypes(schema).has('array') && { many: true }),
    ...(targets.length > 0 && { targets }),
    ...(description !== '' && { description }),
  };
}

/** The first word of the description; without it, the shape and then the name decide. */
function kindOf(name: string, schema: JsonSchema, description: string): AttributeKind {
  const namedKind = KIND.exec(description)?.[1]?.toLowerCase();
  if (namedKind !== undefined) return KINDS[namedKind] as AttributeKind; // the pattern matches only keys
  const branches = alternatives(schema);
  const nested = branches.map((branch) => KIND.exec(String(branch.description ?? ''))?.[1]?.toLowerCase());
  if (branches.length > 0 && (nested.includes('geoproperty') || branches.every(isGeometry))) return 'GeoProperty';
  return REFERENCE.test(name) && !jsonTypes(schema).has('object') ? 'Relationship' : 'Property';
}

function isGeometry(schema: JsonSchema): boolean {
  const properties = schema.properties as Record<string, JsonSchema> | undefined;
  const types = properties?.type?.enum;
  return properties?.coordinates !== undefined && Array.isArray(types) && types.every((type) => GEOMETRIES.has(type));
}

/** The branches of a choice, or the schema itself. */
function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const branches = schema.anyOf ?? schema.oneOf;
  return Array.isArray(branches) ? (branches as JsonSchema[]) : [schema];
}

/** JSON types a value may have. */
export function jsonTypes(schema: JsonSchema): ReadonlySet<string> {
  if (schema.type !== undefined) return new Set([schema.type].flat() as string[]);
  const branches = alternatives(schema);
  if (branches[0] !== schema) return new Set(branches.flatMap((branch) => [...jsonTypes(branch)]));
  const all = Array.isArray(schema.allOf) ? (schema.allOf as JsonSchema[]) : [];
  return new Set(all.flatMap((branch) => [...jsonTypes(branch)]));
}

function enumOf(schema: JsonSchema): (string | number)[] {
  const parts = alternatives(schema).flatMap((part) => (part === schema ? [part] : enumParts(part)));
  const choices = [schema, ...parts].flatMap(enumParts).map((part) => part.enum);
  return [...new Set(choices.flat() as (string | number)[])];
}

/** Values that only the description names; the schema allows any. */
function saidValues(description: string): string[] {
  return (ENUM.exec(description)?.[1] ?? '').split(',').flatMap((value) => value.trim() || []);
}

/** The schema and its items, as far as they have an enumeration. */
function enumParts(schema: JsonSchema): JsonSchema[] {
  const items = schema.items as JsonSchema | undefined;
  const nested = items === undefined || items.anyOf === undefined ? [] : (items.anyOf as JsonSchema[]);
  return [schema, ...(items === undefined ? [] : [items]), ...nested].filter((part) => Array.isArray(part.enum));
}

function unitOf(schema: JsonSchema, description: string): string | undefined {
  const text = UNITS.exec(description)?.[1];
  if (text !== undefined) return unitOfText(text);
  return schema.type === 'number' && schema.minimum === 0 && schema.maximum === 1 ? 'C62' : undefined;
}

function targetsOf(name: string, description: string): string[] {
  const namedTarget = TARGET.exec(description)?.[1];
  const named = /^ref([A-Z]\w*)$/.exec(name)?.[1];
  return [...new Set([namedTarget, named].filter((type) => type !== undefined))].slice(0, 1);
}
