import { isJsonObject as isObject } from '@alzette/ngsi-ld-schemas/json';
/** An attribute in the portal's form, read from concise or normalized form (4.5.2.3, 4.5.2.2). */
export interface AttributeReading {
  /** Property value, vocab term, language map or geometry; the id or ids for a Relationship. */
  value: unknown;
  isRelationship: boolean;
  unitCode?: string;
  /** Milliseconds since the epoch. */
  observedAt?: number;
}

const VALUE_MEMBERS = ['value', 'vocab', 'languageMap', 'json', 'valueList'] as const;
const RELATIONSHIP_MEMBERS = ['object', 'objectList'] as const;

/** Reads one attribute. With several instances (`datasetId`) the first one counts. */
export function readAttribute(raw: unknown): AttributeReading {
  if (Array.isArray(raw) && raw.some((instance) => isObject(instance))) return readAttribute(raw[0]);
  if (!isObject(raw)) return { value: raw, isRelationship: false };

  const shared = { unitCode: text(raw.unitCode), observedAt: instant(raw.observedAt) };
  for (const member of RELATIONSHIP_MEMBERS) {
    if (member in raw) return { value: raw[member], isRelationship: true, ...shared };
  }
  for (const member of VALUE_MEMBERS) {
    if (member in raw) return { value: plain(raw[member]), isRelationship: false, ...shared };
  }
  return { value: plain(raw), isRelationship: false };
}

/** Milliseconds since the epoch; undefined for a text that is not a date. */
export function instant(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : at;
}

/** Replaces a typed value such as `{ "@type": "DateTime", "@value": "…" }` by its value. */
function plain(value: unknown): unknown {
  return isObject(value) && '@value' in value ? value['@value'] : value;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export { isObject };
