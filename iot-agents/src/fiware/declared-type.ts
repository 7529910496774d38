import { utcTime } from '../frames/json-values.ts';
import type { MappedAttribute } from '../mapping/attribute.ts';
import { mapAttribute } from '../mapping/attribute.ts';

interface DeclaredAttribute {
  readonly name: string;
  /** FIWARE's declared type, case-insensitive. */
  readonly type: string;
  readonly unitCode?: string;
}

const ANY_NUMBER: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const GEOMETRIES = /^(geo:.*|geoproperty|(multi)?(point|linestring|polygon))$/;
const TRUE = new Set(['true', '1', 'on']);
const FALSE = new Set(['false', '0', 'off']);

/** Converts a measure to an attribute. */
type DeclaredMapper = (value: unknown, observedAt: string | undefined) => MappedAttribute;

/**
 * Converts measures to NGSI-LD attributes by their declared type. A value that does not match the type is dropped with
 * a reason, never converted by force. A date without a zone is UTC.
 */
export function declaredMapper(declared: DeclaredAttribute): DeclaredMapper {
  const make = mapperOf(declared);
  return (value, observedAt) =>
    value === undefined || value === null || Number.isNaN(value) ? undefined : make(value, observedAt);
}

export function mapDeclared(
  declared: DeclaredAttribute,
  value: unknown,
  observedAt: string | undefined,
): MappedAttribute {
  return declaredMapper(declared)(value, observedAt);
}

function mapperOf({ name, type, unitCode }: DeclaredAttribute): DeclaredMapper {
  const kind = type.toLowerCase();
  const definition = { name, range: ANY_NUMBER, ...(unitCode === undefined ? {} : { unitCode }) };
  const property =
    (convert: (value: unknown) => unknown): DeclaredMapper =>
    (value, observedAt) => {
      const converted = convert(value);
      return converted === undefined
        ? { dropped: `${name}: ${JSON.stringify(value)?.slice(0, 100)} is not a ${type}`, implausible: false }
        : mapAttribute(definition, converted, observedAt);
    };
  const other =
    (members: (value: unknown) => object): DeclaredMapper =>
    (value, observedAt) => ({
      attribute: { ...members(value), ...(observedAt === undefined ? {} : { observedAt }) },
    });
  if (GEOMETRIES.test(kind)) {
    return (value, observedAt) => mapAttribute({ name, type: 'GeoProperty' }, parsedText(value), observedAt);
  }
  switch (kind) {
    case 'number':
    case 'float':
    case 'integer':
      return property(toNumber);
    case 'boolean':
      return property(toBoolean);
    case 'object':
    case 'structuredvalue':
    case 'array':
    case 'json':
      return property((value) => (typeof value === 'string' ? parsedObject(value) : value));
    case 'datetime':
    case 'iso8601':
    case 'date':
    case 'time':
      return property((value) => {
        const iso = utcTime(value);
        return iso === undefined ? undefined : { '@type': 'DateTime', '@value': iso };
      });
    case 'relationship':
      return (value, observedAt) => mapAttribute({ name, type: 'Relationship' }, value, observedAt);
    case 'languageproperty':
      return other((value) => ({ type: 'LanguageProperty', languageMap: parsedText(value) }));
    case 'vocabproperty':
      return other((value) => ({ type: 'VocabProperty', vocab: value }));
    case 'jsonproperty':
      return other((value) => ({ type: 'JsonProperty', json: parsedText(value) }));
    case 'listproperty':
      return other((value) => ({ type: 'ListProperty', valueList: parsedText(value) }));
    case 'listrelationship':
      return other((value) => ({ type: 'ListRelationship', objectList: parsedText(value) }));
    default:
      return property((value) => value);
  }
}

function toNumber(value: unknown): number | undefined {
  const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined;
}

function toBoolean(value: unknown): boolean | undefined {
  const word = String(value).toLowerCase();
  return TRUE.has(word) ? true : FALSE.has(word) ? false : undefined;
}

function parsedObject(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value ?? undefined;
  } catch {
    return undefined;
  }
}

/** Parses a text as JSON if possible, otherwise returns the text. */
function parsedText(value: unknown): unknown {
  return typeof value === 'string' ? (parsedObject(value) ?? value) : value;
}
