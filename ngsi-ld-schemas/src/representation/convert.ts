import { isJsonObject, type JsonObject } from '../json/json.ts';
import { ENTITY_MEMBERS, VALUE_MEMBERS, valueMember } from './simplify.ts';

const GEOMETRIES: ReadonlySet<unknown> = new Set([
  'Point',
  'MultiPoint',
  'LineString',
  'MultiLineString',
  'Polygon',
  'MultiPolygon',
]);

/**
 * Converts normalized to concise (4.5.1) without loss: types that are obvious are omitted, and a value without other
 * members is written bare.
 */
export function toConcise(entity: JsonObject): Record<string, unknown> {
  return mapAttributes(entity, conciseInstance);
}

/** Converts concise to normalized, the inverse of `toConcise`. Normalized parts are not changed. */
export function toNormalized(entity: JsonObject): Record<string, unknown> {
  return mapAttributes(entity, normalizedInstance);
}

function mapAttributes(owner: JsonObject, map: (attribute: unknown) => unknown, own = ENTITY_MEMBERS) {
  return Object.fromEntries(
    Object.entries(owner).map(([name, member]) => [name, own.has(name) ? member : instances(member, map)]),
  );
}

function instances(attribute: unknown, map: (attribute: unknown) => unknown): unknown {
  const several = Array.isArray(attribute) && attribute.length > 0 && attribute.every(isInstance);
  return several ? attribute.map(map) : map(attribute);
}

function isInstance(value: unknown): boolean {
  return isJsonObject(value) && valueMember(value) !== undefined;
}

const ATTRIBUTE_MEMBERS: ReadonlySet<string> = new Set([
  ...Object.values(VALUE_MEMBERS),
  'type',
  'datasetId',
  'observedAt',
  'unitCode',
  'valueType',
  'objectType',
  'lang',
  'createdAt',
  'modifiedAt',
  'deletedAt',
  'expiresAt',
  'instanceId',
  'entity',
  'entityList',
]);

function conciseInstance(attribute: unknown): unknown {
  if (!isInstance(attribute)) return attribute;
  const { type, ...rest } = mapAttributes(attribute as JsonObject, conciseInstance, ATTRIBUTE_MEMBERS); // checked above
  const member = VALUE_MEMBERS[String(type)] ?? '';
  if (Object.keys(rest).length > 1 || (type !== 'Property' && type !== 'GeoProperty')) {
    return kindThatShows(rest) === type ? rest : { type, ...rest };
  }
  const value = rest[member];
  // A bare value that could be mistaken for an instance, or for several, is written in its member.
  const misread = isJsonObject(value) || (Array.isArray(value) && value.some(isInstance));
  if (type === 'GeoProperty' || !misread) return kindOfBare(value) === type ? value : { type, ...rest };
  return kindThatShows(rest) === type ? rest : { type, ...rest };
}

function normalizedInstance(attribute: unknown): unknown {
  if (isJsonObject(attribute) && isInstance(attribute)) {
    const inner = mapAttributes(attribute, normalizedInstance, ATTRIBUTE_MEMBERS);
    return attribute.type === undefined ? { type: kindThatShows(attribute), ...inner } : inner;
  }
  return { type: kindOfBare(attribute), value: attribute };
}

/** The kind that the present member implies in concise form (4.5.3). */
function kindThatShows(instance: JsonObject): string | undefined {
  if ('value' in instance) return kindOfBare(instance.value);
  return Object.entries(VALUE_MEMBERS).find(([, member]) => member in instance)?.[0];
}

function kindOfBare(value: unknown): 'Property' | 'GeoProperty' {
  return isJsonObject(value) && GEOMETRIES.has(value.type) && Array.isArray(value.coordinates)
    ? 'GeoProperty'
    : 'Property';
}
