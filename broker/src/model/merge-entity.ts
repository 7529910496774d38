import { MAY_HAVE } from './attribute-kinds.ts';
import { removeInstance, replaceInstance, withMembers } from './change-entity.ts';
import type { AttributeInstance, Attributes, Entity } from './entity.ts';
import { type EntityFragment, findInstance, type InstanceFragment, PLAIN_MEMBERS } from './fragment.ts';
import { badMember, isJsonObject, type JsonObject, NGSI_LD_NULL } from './values.ts';

export interface MergeOptions {
  /** For changed instances that had an `observedAt` and get none from the fragment (6.5.3.4). */
  readonly observedAt?: string;
  /** The language of a plain string given for a LanguageProperty. */
  readonly lang?: string;
}

/**
 * Merge Entity (5.6.17, 5.5.12): members of the fragment overwrite, absent ones stay, NGSI-LD Null deletes, at any
 * depth.
 *
 * @throws NgsiLdError BadRequestData: the fragment has another attribute type, or no value for a new attribute
 */
export function mergeEntity(before: Entity, fragment: EntityFragment, options: MergeOptions, at: string): Entity {
  const attributes = mergeAttributes(before.attributes, fragment.attributes, options, at);
  const scopes = fragment.scopes === undefined ? before.scopes : (fragment.scopes ?? undefined);
  return withMembers(before, fragment, scopes, attributes, at);
}

function mergeAttributes(
  before: Attributes,
  fragments: EntityFragment['attributes'],
  options: MergeOptions,
  at: string,
): Attributes {
  const attributes: Record<string, readonly AttributeInstance[]> = { ...before };
  for (const name in fragments) {
    for (const fragment of fragments[name] as InstanceFragment[]) {
      if (fragment.deleted) {
        removeInstance(attributes, name, fragment.datasetId);
        continue;
      }
      const instances = attributes[name];
      const target = findInstance(instances, fragment.datasetId);
      if (instances === undefined || target === undefined) {
        attributes[name] = replaceInstance(instances, withoutNulls(name, fragment), at);
      } else {
        const merged = mergeInstance(name, target, fragment, options, at);
        attributes[name] = instances.map((instance) => (instance === target ? merged : instance));
      }
    }
  }
  return attributes;
}

function mergeInstance(
  name: string,
  target: AttributeInstance,
  fragment: InstanceFragment,
  options: MergeOptions,
  at: string,
): AttributeInstance {
  const inLanguage = languageEntry(target, fragment, options.lang);
  if (fragment.type !== undefined && fragment.type !== target.type && inLanguage === undefined) {
    throw badMember(name, fragment.type, `a ${target.type}: a merge can't change the type of an attribute`);
  }
  const merged = overlay(name, target, fragment, at);
  if (inLanguage !== undefined) merged.value = mergeJson(target.value, inLanguage);
  else if (fragment.value !== undefined) merged.value = mergeValue(target, fragment.value);
  if (options.observedAt !== undefined && target.observedAt !== undefined && fragment.observedAt === undefined) {
    merged.observedAt = options.observedAt;
  }
  if (fragment.attributes !== undefined) {
    const attributes = mergeAttributes(target.attributes ?? {}, fragment.attributes, options, at);
    if (Object.keys(attributes).length > 0) merged.attributes = attributes;
    else delete merged.attributes;
  }
  return merged;
}

/** The only value type of a LanguageProperty (4.5.18), expanded. */
const LANG_STRING = /[#/:]langString$/;

type MutableInstance = { -readonly [Member in keyof AttributeInstance]: AttributeInstance[Member] };

/**
 * The target with the fragment's plain members applied, and those given as Null removed (5.5.8, 5.5.12).
 *
 * @throws NgsiLdError BadRequestData: a member that this attribute type can't have
 */
function overlay(name: string, target: AttributeInstance, fragment: InstanceFragment, at: string): MutableInstance {
  for (const member of ['unitCode', 'valueType', 'objectType'] as const) {
    if (fragment[member] !== undefined && !MAY_HAVE[member].has(target.type)) {
      throw badMember(`${name}.${member}`, fragment[member], `none on a ${target.type}`);
    }
  }
  if (target.type === 'LanguageProperty' && fragment.valueType !== undefined && !LANG_STRING.test(fragment.valueType)) {
    throw badMember(`${name}.valueType`, fragment.valueType, 'langString');
  }
  const instance: MutableInstance = { ...target, modifiedAt: at };
  for (const member of PLAIN_MEMBERS) {
    if (fragment[member] !== undefined) instance[member] = fragment[member] as never; // the same member has the same type
  }
  for (const member of fragment.removed ?? []) delete instance[member];
  return instance;
}

/** With `lang`, a plain string for a LanguageProperty replaces the entry of that language (6.5.3.4). */
function languageEntry(
  target: AttributeInstance,
  fragment: InstanceFragment,
  lang: string | undefined,
): JsonObject | undefined {
  if (lang === undefined || target.type !== 'LanguageProperty' || fragment.type !== 'Property') return undefined;
  const { value } = fragment;
  const isText = typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
  return isText ? { [lang]: value } : undefined;
}

function mergeValue(target: AttributeInstance, value: unknown): unknown {
  switch (target.type) {
    case 'Property':
    case 'JsonProperty':
    case 'LanguageProperty':
      return mergeJson(target.value, value);
    default:
      return value; // geometries, lists, URIs and terms are replaced completely
  }
}

/** RFC 7396, with NGSI-LD Null in place of null. */
function mergeJson(target: unknown, patch: unknown): unknown {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map(isJsonObject(target) ? Object.entries(target) : []);
  for (const [key, value] of Object.entries(patch)) {
    if (value === NGSI_LD_NULL) merged.delete(key);
    else merged.set(key, mergeJson(merged.get(key), value));
  }
  return Object.fromEntries(merged);
}

/** A new attribute from a merge fragment, without its Nulls, which have nothing to delete. */
function withoutNulls(name: string, fragment: InstanceFragment): InstanceFragment {
  if (fragment.type === undefined || fragment.value === undefined) {
    throw badMember(name, undefined, 'a value: the entity has no such attribute yet');
  }
  const { removed: _, ...whole } = fragment;
  if (fragment.type === 'Property' || fragment.type === 'JsonProperty')
    whole.value = mergeJson(undefined, fragment.value);
  if (fragment.attributes === undefined) return whole;
  const attributes: Record<string, InstanceFragment[]> = {};
  for (const [subName, instances] of Object.entries(fragment.attributes)) {
    attributes[subName] = instances
      .filter((instance) => !instance.deleted)
      .map((instance) => withoutNulls(`${name}.${subName}`, instance));
  }
  return { ...whole, attributes };
}

/**
 * Partial Attribute Update (5.6.4, 5.5.8): the given members replace those of the instance; sub-attributes are replaced
 * completely.
 *
 * @throws NgsiLdError BadRequestData: another attribute type
 */
export function partiallyUpdated(
  name: string,
  target: AttributeInstance,
  fragment: InstanceFragment,
  at: string,
): AttributeInstance {
  if (fragment.type !== undefined && fragment.type !== target.type) {
    throw badMember(
      `${name}.type`,
      fragment.type,
      `${target.type}: a partial update can't change the type of an attribute`,
    );
  }
  const instance = overlay(name, target, fragment, at);
  if (fragment.value !== undefined) instance.value = fragment.value;
  if (fragment.attributes === undefined) return instance;

  const attributes: Record<string, readonly AttributeInstance[]> = { ...target.attributes };
  for (const subName in fragment.attributes) {
    for (const sub of fragment.attributes[subName] as InstanceFragment[]) {
      if (sub.deleted) removeInstance(attributes, subName, sub.datasetId);
      else attributes[subName] = replaceInstance(attributes[subName], sub, at);
    }
  }
  if (Object.keys(attributes).length > 0) instance.attributes = attributes;
  else delete instance.attributes;
  return instance;
}
