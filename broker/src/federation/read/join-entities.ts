import { type AttributeInstance, type Attributes, type Entity, UNKNOWN_TIME } from '../../model/entity.ts';
import { hasExpired } from '../../model/expiry.ts';
import { findInstance } from '../../model/fragment.ts';

/**
 * Merges the parts of an entity (4.5.5), without what has expired; undefined: nothing is left.
 *
 * @param equals parts of equal rank: the more recent instance of an attribute wins, or if that is unknown the earlier
 * one in the list
 *
 * @param auxiliaries contribute only attributes that no other part has
 */
export function joinEntities(
  equals: readonly Entity[],
  auxiliaries: readonly Entity[],
  at: string,
): Entity | undefined {
  const isAlive = ({ expiresAt }: Entity) => !hasExpired(expiresAt, at);
  const versions = equals.filter(isAlive).map((entity) => withExpiryPushedDown(entity));
  const others = auxiliaries.filter(isAlive).map((entity) => withExpiryPushedDown(entity));
  const all = [...versions, ...others];
  const [first] = all;
  if (first === undefined) return undefined;
  if (all.length === 1) return { ...first, attributes: alive(first.attributes, at) };
  const attributes: Record<string, readonly AttributeInstance[]> = {};
  for (const version of versions) addNewer(attributes, alive(version.attributes, at));
  const supplement: Record<string, readonly AttributeInstance[]> = {};
  for (const version of others) addNewer(supplement, alive(version.attributes, at));
  for (const name in supplement) attributes[name] ??= supplement[name] as readonly AttributeInstance[];

  const scopes = [...new Set(all.flatMap((entity) => entity.scopes ?? []))];
  const expiresAt = all.every((entity) => entity.expiresAt !== undefined)
    ? all.map((entity) => entity.expiresAt as string).sort((a, b) => Date.parse(b) - Date.parse(a))[0]
    : undefined;
  return {
    id: first.id,
    types: [...new Set(all.flatMap(({ types }) => types))],
    createdAt: knownTimes(all.map(({ createdAt }) => createdAt)).at(0) ?? UNKNOWN_TIME,
    modifiedAt: knownTimes(all.map(({ modifiedAt }) => modifiedAt)).at(-1) ?? UNKNOWN_TIME,
    attributes,
    ...(scopes.length > 0 && { scopes }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** Known times, in ascending order. */
function knownTimes(times: readonly string[]): string[] {
  return times.filter((time) => time !== UNKNOWN_TIME).sort((a, b) => Date.parse(a) - Date.parse(b));
}

/** 4.5.5.2: the expiry of an entity applies to each of its attributes. */
function withExpiryPushedDown(entity: Entity): Entity {
  const { expiresAt } = entity;
  if (expiresAt === undefined) return entity;
  const attributes: Record<string, readonly AttributeInstance[]> = {};
  for (const name in entity.attributes) {
    attributes[name] = (entity.attributes[name] as readonly AttributeInstance[]).map((instance) =>
      instance.expiresAt !== undefined && Date.parse(instance.expiresAt) <= Date.parse(expiresAt)
        ? instance
        : { ...instance, expiresAt },
    );
  }
  return { ...entity, attributes };
}

function alive(attributes: Attributes, at: string): Attributes {
  if (!mayExpire(attributes)) return attributes;
  const kept: Record<string, readonly AttributeInstance[]> = {};
  for (const name in attributes) {
    const instances = (attributes[name] as readonly AttributeInstance[]).filter(
      ({ expiresAt }) => !hasExpired(expiresAt, at),
    );
    if (instances.length > 0) kept[name] = instances;
  }
  return kept;
}

function mayExpire(attributes: Attributes): boolean {
  for (const name in attributes) {
    for (const { expiresAt } of attributes[name] as readonly AttributeInstance[]) {
      if (expiresAt !== undefined) return true;
    }
  }
  return false;
}

function addNewer(attributes: Record<string, readonly AttributeInstance[]>, more: Attributes): void {
  for (const name in more) {
    let instances = attributes[name];
    for (const instance of more[name] as readonly AttributeInstance[]) {
      const known = findInstance(instances, instance.datasetId);
      if (instances === undefined || known === undefined) instances = [...(instances ?? []), instance];
      else if (isNewer(instance, known)) instances = instances.map((other) => (other === known ? instance : other));
    }
    if (instances !== undefined) attributes[name] = instances;
  }
}

/** 4.5.5.3: compares by `observedAt`, then by `modifiedAt`. */
export function isNewer(instance: AttributeInstance, than: AttributeInstance): boolean {
  const [one, other] = [instance.observedAt, than.observedAt];
  if (one !== undefined && other !== undefined && Date.parse(one) !== Date.parse(other)) {
    return Date.parse(one) > Date.parse(other);
  }
  if ((one === undefined) !== (other === undefined)) return one !== undefined;
  if (instance.modifiedAt === UNKNOWN_TIME || than.modifiedAt === UNKNOWN_TIME) return false;
  return Date.parse(instance.modifiedAt) > Date.parse(than.modifiedAt);
}
