import { ATTRIBUTE_TRIGGERS, type Scalar, type SubscriptionRule, TRIGGER } from '../rule.ts';

/** A rule in the index. `visit` is the number of the last search that met it, so that none is tried twice. */
export interface Entry {
  readonly rule: SubscriptionRule;
  visit: number;
}

/** Rules filed under one type, entity id or pattern, or none, by what can set them off. */
export interface Bucket {
  readonly created: Set<Entry>;
  readonly deleted: Set<Entry>;
  /** Any attribute. */
  readonly attributes: Set<Entry>;
  /** A watched attribute, by IRI. */
  readonly watched: Map<string, Set<Entry>>;
  /** Those whose `q` requires a value of an attribute, by its IRI and the value: found by what the entity has. */
  readonly required: Map<string, Map<Scalar, Set<Entry>>>;
}

export function emptyBucket(): Bucket {
  return { created: new Set(), deleted: new Set(), attributes: new Set(), watched: new Map(), required: new Map() };
}

export function isEmpty(bucket: Bucket | undefined): boolean {
  if (bucket === undefined) return true;
  const { created, deleted, attributes, watched, required } = bucket;
  return created.size + deleted.size + attributes.size + watched.size + required.size === 0;
}

/** Takes away the sets that a removed rule left empty. */
export function sweep({ watched, required }: Bucket, rule: SubscriptionRule): void {
  for (const name of rule.watchedAttributes ?? []) if (watched.get(name)?.size === 0) watched.delete(name);
  if (rule.requiredValue === undefined) return;
  const { attribute, values } = rule.requiredValue;
  const byValue = required.get(attribute);
  for (const value of values) if (byValue?.get(value)?.size === 0) byValue.delete(value);
  if (byValue?.size === 0) required.delete(attribute);
}

export function setsOf(bucket: Bucket, rule: SubscriptionRule): Set<Entry>[] {
  const sets: Set<Entry>[] = [];
  if (rule.requiredValue !== undefined) {
    const { attribute, values } = rule.requiredValue;
    const byValue = entryAt(bucket.required, attribute, () => new Map<Scalar, Set<Entry>>());
    return values.map((value) => entryAt(byValue, value, () => new Set<Entry>()));
  }
  if (rule.triggers & TRIGGER.entityCreated) sets.push(bucket.created);
  if (rule.triggers & TRIGGER.entityDeleted) sets.push(bucket.deleted);
  if ((rule.triggers & ATTRIBUTE_TRIGGERS) === 0) return sets;
  if (rule.watchedAttributes === undefined) sets.push(bucket.attributes);
  for (const name of rule.watchedAttributes ?? []) sets.push(entryAt(bucket.watched, name, () => new Set<Entry>()));
  return sets;
}

export function entryAt<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
