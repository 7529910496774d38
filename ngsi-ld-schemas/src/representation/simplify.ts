import { isJsonObject, type JsonObject } from '../json/json.ts';
/** The member with the value of each kind of attribute (4.5.2 ff.). */
export const VALUE_MEMBERS: Readonly<Record<string, string>> = {
  Property: 'value',
  GeoProperty: 'value',
  Relationship: 'object',
  LanguageProperty: 'languageMap',
  VocabProperty: 'vocab',
  JsonProperty: 'json',
  ListProperty: 'valueList',
  ListRelationship: 'objectList',
};
/** Members of an entity that are not attributes. */
export const ENTITY_MEMBERS: ReadonlySet<string> = new Set([
  'id',
  'type',
  'scope',
  '@context',
  'createdAt',
  'modifiedAt',
  'deletedAt',
  'expiresAt',
]);

/**
 * The simplified values of a normalized or concise entity, for validation by a model's schema. `{"@type", "@value"}` is
 * unwrapped at any depth, several instances become a list, and an attribute of unknown form is not changed.
 */
export function simplify(entity: JsonObject): Record<string, unknown> {
  const simple: Record<string, unknown> = {};
  for (const [name, attribute] of Object.entries(entity)) {
    if (name === '@context') continue;
    const value = ENTITY_MEMBERS.has(name) ? attribute : simpleAttribute(attribute);
    if (value !== undefined) simple[name] = value;
  }
  return simple;
}

function simpleAttribute(attribute: unknown): unknown {
  if (Array.isArray(attribute)) {
    if (!attribute.every((instance) => isJsonObject(instance) && valueMember(instance) !== undefined)) {
      return plain(attribute);
    }
    return attribute.flatMap((instance) => simpleAttribute(instance) ?? []);
  }
  if (!isJsonObject(attribute)) return attribute;
  const member = valueMember(attribute);
  if (member !== undefined) return simpleMember(member, attribute[member]);
  // Without its value member, a Relationship has no value.
  return Object.hasOwn(VALUE_MEMBERS, String(attribute.type)) && Object.keys(attribute).length > 0
    ? undefined
    : plain(attribute);
}

/** The value member of the given type; without a type, by the members present (concise form, 4.5.6). */
export function valueMember(attribute: JsonObject): string | undefined {
  const named = typeof attribute.type === 'string' ? VALUE_MEMBERS[attribute.type] : undefined;
  if (named !== undefined) return attribute[named] === undefined ? undefined : named;
  if (attribute.type !== undefined) return undefined;
  return Object.values(VALUE_MEMBERS).find((member) => attribute[member] !== undefined);
}

function simpleMember(member: string, value: unknown): unknown {
  if (member === 'languageMap' && isJsonObject(value)) {
    const texts = Object.values(value);
    return value.en ?? value.fr ?? texts[0];
  }
  if (member === 'objectList' && Array.isArray(value)) {
    return value.map((item) => (isJsonObject(item) ? item.object : item));
  }
  return plain(value);
}

/** Unwraps JSON-LD typed values at any depth. */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (!isJsonObject(value)) return value;
  if ('@value' in value) return value['@value'];
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
