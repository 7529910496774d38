import { ATTRIBUTE_KINDS, type AttributeKind } from './entity.ts';

/** The member that carries an attribute's value, by kind (4.5.2 and following). */
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

/** What kind a typeless attribute is, by the primary member it shows (concise form, 4.5.3). */
export const KIND_OF_MEMBER: { readonly [member: string]: AttributeKind } = {
  value: 'Property',
  object: 'Relationship',
  languageMap: 'LanguageProperty',
  vocab: 'VocabProperty',
  json: 'JsonProperty',
  valueList: 'ListProperty',
  objectList: 'ListRelationship',
};

/** Kinds that may carry a `unitCode`; GeoProperty is tolerated. */
export const HAS_UNIT_CODE: ReadonlySet<AttributeKind> = new Set(['Property', 'GeoProperty', 'ListProperty']);

const KINDS: ReadonlySet<unknown> = new Set(ATTRIBUTE_KINDS);

export function isAttributeKind(value: unknown): value is AttributeKind {
  return KINDS.has(value);
}

export function isPrimaryMember(member: string): boolean {
  return Object.hasOwn(KIND_OF_MEMBER, member);
}
