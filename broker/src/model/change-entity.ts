import type { AttributeInstance, Attributes, Entity } from './entity.ts';
import { NgsiLdError } from './errors.ts';
import {
  type EntityFragment,
  findInstance,
  type InstanceFragment,
  stampAttributes,
  stampInstance,
} from './fragment.ts';
import type { WholeEntity } from './parse/parse-entity.ts';

/** The result of an operation on several attributes, by expanded name (5.2.18). */
export interface UpdateResult {
  readonly updated: string[];
  readonly notUpdated: { readonly attributeName: string; readonly reason: string }[];
}

export const SCOPE = 'https://uri.etsi.org/ngsi-ld/scope';

/** A new entity (5.6.1), or the complete replacement of an existing one (5.6.18), which keeps its creation time. */
export function wholeEntity(entity: WholeEntity, before: Entity | undefined, at: string): Entity {
  return entityOf(
    entity.id,
    entity.types,
    entity.scopes,
    entity.expiresAt,
    before?.createdAt ?? at,
    at,
    stampAttributes(entity.attributes, at, before?.attributes) ?? {},
  );
}

/** All entities are created here, so that they have the same hidden class. */
function entityOf(
  id: string,
  types: readonly string[],
  scopes: readonly string[] | undefined,
  expiresAt: string | undefined,
  createdAt: string,
  modifiedAt: string,
  attributes: Attributes,
): Entity {
  const entity: { -readonly [Member in keyof Entity]: Entity[Member] } = {
    id,
    types,
    createdAt,
    modifiedAt,
    attributes,
  };
  if (scopes !== undefined) entity.scopes = scopes;
  if (expiresAt !== undefined) entity.expiresAt = expiresAt;
  return entity;
}

/** A copy of the entity with other attributes. */
export function withAttributes(before: Entity, attributes: Attributes, at: string): Entity {
  return entityOf(before.id, before.types, before.scopes, before.expiresAt, before.createdAt, at, attributes);
}

/** A copy of the entity with the types, scopes and expiry of a fragment. Types are only ever added (4.16). */
export function withMembers(
  before: Entity,
  fragment: EntityFragment,
  scopes: readonly string[] | undefined,
  attributes: Attributes,
  at: string,
): Entity {
  const added = fragment.types?.filter((type) => !before.types.includes(type)) ?? [];
  const types = added.length === 0 ? before.types : [...before.types, ...added];
  const expiresAt = fragment.expiresAt === undefined ? before.expiresAt : (fragment.expiresAt ?? undefined);
  return entityOf(before.id, types, scopes, expiresAt, before.createdAt, at, attributes);
}

/**
 * Append Attributes (5.6.3): adds instances, or replaces them completely. Without `overwrite`, existing ones stay and
 * are reported.
 */
export function appendAttributes(
  before: Entity,
  fragment: EntityFragment,
  overwrite: boolean,
  at: string,
): { after: Entity; result: UpdateResult } {
  const result: UpdateResult = { updated: [], notUpdated: [] };
  const attributes: Record<string, readonly AttributeInstance[]> = { ...before.attributes };
  for (const name in fragment.attributes) {
    let written = false;
    for (const instance of fragment.attributes[name] as InstanceFragment[]) {
      if (!overwrite && findInstance(attributes[name], instance.datasetId) !== undefined) {
        result.notUpdated.push({ attributeName: name, reason: 'The attribute exists and noOverwrite was requested' });
        continue;
      }
      attributes[name] = replaceInstance(attributes[name], instance, at);
      written = true;
    }
    if (written) result.updated.push(name);
  }
  const scopes = appendedScopes(before.scopes, fragment.scopes ?? undefined, overwrite);
  return { after: withMembers(before, fragment, scopes, attributes, at), result };
}

function appendedScopes(
  before: readonly string[] | undefined,
  given: readonly string[] | undefined,
  overwrite: boolean,
): readonly string[] | undefined {
  if (given === undefined) return before;
  if (overwrite || before === undefined) return given;
  return [...new Set([...before, ...given])];
}

/** Update Attributes (5.6.2): adds instances, replaces them completely, or deletes them by NGSI-LD Null. */
export function updateAttributes(
  before: Entity,
  fragment: EntityFragment,
  at: string,
): { after: Entity; result: UpdateResult } {
  const result: UpdateResult = { updated: [], notUpdated: [] };
  const attributes: Record<string, readonly AttributeInstance[]> = { ...before.attributes };
  for (const name in fragment.attributes) {
    let written = false;
    for (const instance of fragment.attributes[name] as InstanceFragment[]) {
      if (!instance.deleted) attributes[name] = replaceInstance(attributes[name], instance, at);
      else if (!removeInstance(attributes, name, instance.datasetId)) {
        result.notUpdated.push({ attributeName: name, reason: 'There is no such attribute instance to delete' });
        continue;
      }
      written = true;
    }
    if (written) result.updated.push(name);
  }
  let scopes = before.scopes;
  if (fragment.scopes !== undefined) {
    if (before.scopes === undefined) {
      result.notUpdated.push({ attributeName: SCOPE, reason: 'The entity has no scope that could be updated' });
    } else {
      scopes = fragment.scopes ?? undefined;
      result.updated.push(SCOPE);
    }
  }
  return { after: withMembers(before, fragment, scopes, attributes, at), result };
}

/** The instances with one added or replaced. */
export function replaceInstance(
  instances: readonly AttributeInstance[] | undefined,
  fragment: InstanceFragment,
  at: string,
): readonly AttributeInstance[] {
  const replaced = findInstance(instances, fragment.datasetId);
  const instance = stampInstance(fragment, at, replaced);
  if (instances === undefined) return [instance];
  if (replaced === undefined) return [...instances, instance];
  return instances.map((other) => (other === replaced ? instance : other));
}

/** Removes an instance, and the attribute with its last one. False if it does not exist. */
export function removeInstance(
  attributes: Record<string, readonly AttributeInstance[]>,
  name: string,
  datasetId: string | undefined,
): boolean {
  const instances = attributes[name];
  const removed = findInstance(instances, datasetId);
  if (instances === undefined || removed === undefined) return false;
  if (instances.length === 1) delete attributes[name];
  else attributes[name] = instances.filter((instance) => instance !== removed);
  return true;
}

/** @throws NgsiLdError ResourceNotFound: the entity has no such attribute or instance */
export function existingInstance(entity: Entity, name: string, datasetId: string | undefined): AttributeInstance {
  const instances = entity.attributes[name];
  if (instances === undefined)
    throw new NgsiLdError('ResourceNotFound', `Entity ${entity.id} has no attribute ${name}`);
  const instance = findInstance(instances, datasetId);
  if (instance === undefined) {
    const which = datasetId === undefined ? 'default instance' : `instance with datasetId ${datasetId}`;
    throw new NgsiLdError('ResourceNotFound', `Attribute ${name} of entity ${entity.id} has no ${which}`);
  }
  return instance;
}

/** A copy of the entity with one attribute instance replaced. */
export function withInstance(
  before: Entity,
  name: string,
  target: AttributeInstance,
  instance: AttributeInstance,
  at: string,
): Entity {
  const instances = (before.attributes[name] ?? []).map((other) => (other === target ? instance : other));
  return withAttributes(before, { ...before.attributes, [name]: instances }, at);
}

/** A copy of the entity without one attribute instance. */
export function withoutInstance(before: Entity, name: string, target: AttributeInstance, at: string): Entity {
  const attributes = { ...before.attributes };
  removeInstance(attributes, name, target.datasetId);
  return withAttributes(before, attributes, at);
}
