import { ATTRIBUTE_KINDS, type AttributeKind } from './entity.ts';
import { isJsonObject } from './values.ts';

/** The member that contains an attribute's value, by attribute type (4.5.2 and following). */
export const PRIMARY_MEMBER = {
  Property: 'value',
  GeoProperty: 'value',
  Relationship: 'object',
  LanguageProperty: 'languageMap',
  VocabProperty: 'vocab',
  JsonProperty: 'json',
  ListProperty: 'valueList',
  ListRelationship: 'objectList',
} as const satisfies Record<AttributeKind, string>;

export type PrimaryMember = (typeof PRIMARY_MEMBER)[AttributeKind];

/** The attribute type for a primary member, for attributes without `type` (concise form, 4.5.3). */
export const KIND_OF_MEMBER: { readonly [member: string]: AttributeKind } = {
  value: 'Property',
  object: 'Relationship',
  languageMap: 'LanguageProperty',
  vocab: 'VocabProperty',
  json: 'JsonProperty',
  valueList: 'ListProperty',
  objectList: 'ListRelationship',
};

/** The attribute types that may have a member (5.2.5 to 5.2.7 and following). */
export const MAY_HAVE: { readonly [member in 'unitCode' | 'valueType' | 'objectType']: ReadonlySet<AttributeKind> } = {
  unitCode: new Set(['Property', 'ListProperty']),
  valueType: new Set(ATTRIBUTE_KINDS.filter((kind) => kind !== 'Relationship' && kind !== 'ListRelationship')),
  objectType: new Set(['Relationship', 'ListRelationship']),
};

const KINDS: ReadonlySet<unknown> = new Set(ATTRIBUTE_KINDS);

export function isAttributeKind(value: unknown): value is AttributeKind {
  return KINDS.has(value);
}

export function isPrimaryMember(member: string): boolean {
  return Object.hasOwn(KIND_OF_MEMBER, member);
}

/** Whether an array item is an attribute instance and not a part of a value. */
export function looksLikeInstance(value: unknown): boolean {
  if (!isJsonObject(value)) return false;
  if (isAttributeKind(value.type) || isAttributeKind(value['@type'])) return true;
  for (const member in value) if (isPrimaryMember(member)) return true;
  return false;
}
