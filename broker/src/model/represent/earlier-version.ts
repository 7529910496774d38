import type { AttributeInstance, AttributeKind, Attributes, Entity } from '../entity.ts';
import { findInstance } from '../fragment.ts';
import type { Mutable } from '../mutable.ts';
import type { NameCompactor } from '../names.ts';

/** The replacement of newer attribute types for clients of an earlier version (4.3.6.8, Table 4.3.6.8-1). */
export const FALLBACK: { readonly [Kind in AttributeKind]?: { readonly since: number; readonly as: AttributeKind } } = {
  LanguageProperty: { since: 4, as: 'Property' },
  JsonProperty: { since: 8, as: 'Property' },
  VocabProperty: { since: 8, as: 'Property' },
  ListProperty: { since: 8, as: 'Property' },
  ListRelationship: { since: 8, as: 'Relationship' },
};

type LaterMember = 'expiresAt' | 'valueType' | 'objectType' | 'datasetId' | 'observedAt' | 'unitCode';

/** Members of attributes that version 1.`minor` did not have (Tables 4.3.6.8-2 and 4.3.6.8-3). */
export function membersLaterThan(minor: number): ReadonlySet<LaterMember> {
  return new Set<LaterMember>([
    ...(minor < 9 ? (['expiresAt', 'valueType'] as const) : []),
    ...(minor < 8 ? (['objectType'] as const) : []),
    ...(minor < 3 ? (['datasetId', 'observedAt', 'unitCode'] as const) : []),
  ]);
}

/**
 * Converts an entity to version 1.`minor` of the API (4.3.6.8). Returns the same object if nothing needs to be
 * converted.
 *
 * @param names compacts values that are terms, because as values of a Property they are not compacted later
 */
export function inEarlierVersion(entity: Entity, minor: number, names: NameCompactor): Entity {
  const attributes = earlierAttributes(entity.attributes, minor, names);
  const dropsScopes = minor < 4 && entity.scopes !== undefined;
  const dropsExpiry = minor < 9 && entity.expiresAt !== undefined;
  const dropsTypes = minor < 3 && entity.types.length > 1;
  if (attributes === entity.attributes && !dropsScopes && !dropsExpiry && !dropsTypes) return entity;

  const earlier: Mutable<Entity> = { ...entity, attributes };
  if (dropsScopes) delete earlier.scopes;
  if (dropsExpiry) delete earlier.expiresAt;
  if (dropsTypes) earlier.types = entity.types.slice(0, 1);
  return earlier;
}

function earlierAttributes(attributes: Attributes, minor: number, names: NameCompactor): Attributes {
  let changed = false;
  const earlier: Record<string, readonly AttributeInstance[]> = {};
  for (const name in attributes) {
    const instances = attributes[name] as readonly AttributeInstance[];
    const known = minor < 3 && instances.length > 1 ? [findInstance(instances, undefined) ?? instances[0]] : instances;
    const shown = known.map((instance) => earlierInstance(instance as AttributeInstance, minor, names));
    const isSame = known === instances && shown.every((instance, index) => instance === instances[index]);
    earlier[name] = isSame ? instances : shown;
    if (!isSame) changed = true;
  }
  return changed ? earlier : attributes;
}

function earlierInstance(instance: AttributeInstance, minor: number, names: NameCompactor): AttributeInstance {
  const earlier: Mutable<AttributeInstance> = { ...instance };
  let changed = false;
  const fallback = FALLBACK[instance.type];
  if (fallback !== undefined && minor < fallback.since) {
    earlier.type = fallback.as;
    if (instance.type === 'VocabProperty') earlier.value = compacted(instance.value as string | string[], names);
    changed = true;
  }
  for (const member of membersLaterThan(minor)) {
    if (earlier[member] === undefined) continue;
    delete earlier[member];
    changed = true;
  }
  if (instance.attributes !== undefined) {
    earlier.attributes = earlierAttributes(instance.attributes, minor, names);
    if (earlier.attributes !== instance.attributes) changed = true;
  }
  return changed ? earlier : instance;
}

function compacted(iris: string | readonly string[], names: NameCompactor): unknown {
  return typeof iris === 'string' ? names.compact(iris) : iris.map((iri) => names.compact(iri));
}
