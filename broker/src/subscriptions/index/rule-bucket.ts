import { ATTRIBUTE_TRIGGERS, type Scalar, type SubscriptionRule, TRIGGER } from '../rule.ts';

/**
 * A rule in the index. `visit` is the number of the last search that found it, so that a search returns it only once.
 */
export interface Entry {
  readonly rule: SubscriptionRule;
  visit: number;
}

/** Rules of one type, entity id, pattern, or none of these, grouped by what triggers them. */
export interface Bucket {
  readonly created: Set<Entry>;
  readonly deleted: Set<Entry>;
  /** Rules for any attribute. */
  readonly attributes: Set<Entry>;
  /** Rules by the IRI of a watched attribute. */
  readonly watched: Map<string, Set<Entry>>;
  /**
   * Rules whose `q` requires a certain value of an attribute, by IRI and value, so that they are found by the values of
   * an entity.
   */
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

/** Deletes sets that have become empty after the removal of a rule. */
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
