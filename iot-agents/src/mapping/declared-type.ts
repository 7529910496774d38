import type { MappedAttribute } from './attribute.ts';
import { mapAttribute } from './attribute.ts';

export interface DeclaredAttribute {
  readonly name: string;
  /** FIWARE's declared type, in any case. */
  readonly type: string;
  readonly unitCode?: string;
}

const ANY_NUMBER: readonly [number, number] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
const GEOMETRIES = /^(geo:.*|geoproperty|(multi)?(point|linestring|polygon))$/;
const TRUE = new Set(['true', '1', 'on']);
const FALSE = new Set(['false', '0', 'off']);

/**
 * Makes an NGSI-LD attribute of a measure by its declared type. What is not of the type is dropped with the reason, never
 * made to fit. A date without a zone is UTC.
 */
export function mapDeclared(
  { name, type, unitCode }: DeclaredAttribute,
  value: unknown,
  observedAt: string | undefined,
): MappedAttribute {
  if (value === undefined || value === null || Number.isNaN(value)) return undefined;
  const kind = type.toLowerCase();
  const property = (converted: unknown): MappedAttribute =>
    converted === undefined
      ? { dropped: `${name}: ${JSON.stringify(value)?.slice(0, 100)} is no ${type}`, implausible: false }
      : mapAttribute(
          { name, range: ANY_NUMBER, ...(unitCode === undefined ? {} : { unitCode }) },
          converted,
          observedAt,
        );
  const observed = observedAt === undefined ? {} : { observedAt };
  if (GEOMETRIES.test(kind)) return mapAttribute({ name, type: 'GeoProperty' }, parsedText(value), observedAt);
  switch (kind) {
    case 'number':
    case 'float':
    case 'integer':
      return property(toNumber(value));
    case 'boolean':
      return property(toBoolean(value));
    case 'object':
    case 'structuredvalue':
    case 'array':
    case 'json':
      return property(typeof value === 'string' ? parsedObject(value) : value);
    case 'datetime':
    case 'iso8601':
    case 'date':
    case 'time': {
      const iso = utcTime(value);
      return property(iso === undefined ? undefined : { '@type': 'DateTime', '@value': iso });
    }
    case 'relationship':
      return mapAttribute({ name, type: 'Relationship' }, value, observedAt);
    case 'languageproperty':
      return { attribute: { type: 'LanguageProperty', languageMap: parsedText(value), ...observed } };
    case 'vocabproperty':
      return { attribute: { type: 'VocabProperty', vocab: value, ...observed } };
    case 'jsonproperty':
      return { attribute: { type: 'JsonProperty', json: parsedText(value), ...observed } };
    case 'listproperty':
      return { attribute: { type: 'ListProperty', valueList: parsedText(value), ...observed } };
    case 'listrelationship':
      return { attribute: { type: 'ListRelationship', objectList: parsedText(value), ...observed } };
    default:
      return property(value);
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

/** What stands in a text as JSON, else the text. */
function parsedText(value: unknown): unknown {
  return typeof value === 'string' ? (parsedObject(value) ?? value) : value;
}

/** ISO 8601 UTC of a text or of milliseconds; undefined when it is no time. */
export function utcTime(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const naive = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T[\d:.]+$/.test(value);
  const date = new Date(naive ? `${value}Z` : value);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
