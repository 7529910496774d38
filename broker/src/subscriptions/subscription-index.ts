import type { EntityChange } from '../model/change.ts';
import type { Entity } from '../model/entity.ts';
import { type Affix, affixAt, affixOf } from '../query/pattern-affix.ts';
import { ATTRIBUTE_TRIGGERS, type Scalar, type Selector, type SubscriptionRule, TRIGGER } from './rule.ts';

/** A rule in the index. `visit` is the number of the last search that met it, so that none is tried twice. */
interface Entry {
  readonly rule: SubscriptionRule;
  visit: number;
}

/** Rules filed under one type, one entity id, or neither, by what can set them off. */
interface Bucket {
  readonly created: Set<Entry>;
  readonly deleted: Set<Entry>;
  /** Any attribute. */
  readonly attributes: Set<Entry>;
  /** A watched attribute, by IRI. */
  readonly watched: Map<string, Set<Entry>>;
  /** Those whose `q` requires a value of an attribute, by its IRI and the value: found by what the entity has. */
  readonly required: Map<string, Map<Scalar, Set<Entry>>>;
}

interface TenantIndex {
  readonly entries: Map<string, Entry>;
  readonly byType: Map<string, Bucket>;
  readonly byId: Map<string, Bucket>;
  /** By type, or `*`, then by length and text of what the ids must start or end with. */
  readonly byAffix: Map<string, Map<number, Map<string, Bucket>>>;
  readonly any: Bucket;
}

/**
 * Finds the rules a change may concern: a rule that names other types, other ids or other attributes costs nothing.
 * What it finds is still to be tested in full.
 */
export class SubscriptionIndex {
  readonly #tenants = new Map<string, TenantIndex>();
  #visit = 0;

  get(tenant: string, id: string): SubscriptionRule | undefined {
    return this.#tenants.get(tenant)?.entries.get(id)?.rule;
  }

  /** Replaces the rule of the same id. */
  put(rule: SubscriptionRule): void {
    this.remove(rule.tenant, rule.id);
    let index = this.#tenants.get(rule.tenant);
    if (index === undefined) {
      index = { entries: new Map(), byType: new Map(), byId: new Map(), byAffix: new Map(), any: emptyBucket() };
      this.#tenants.set(rule.tenant, index);
    }
    const entry = { rule, visit: 0 };
    index.entries.set(rule.id, entry);
    for (const bucket of bucketsOf(index, rule)) for (const set of setsOf(bucket, rule)) set.add(entry);
  }

  remove(tenant: string, id: string): void {
    const index = this.#tenants.get(tenant);
    const entry = index?.entries.get(id);
    if (index === undefined || entry === undefined) return;
    index.entries.delete(id);
    for (const bucket of bucketsOf(index, entry.rule)) {
      for (const set of setsOf(bucket, entry.rule)) set.delete(entry);
      sweep(bucket, entry.rule);
    }
    for (const [map, keys] of [
      [index.byType, typesOf(entry.rule)],
      [index.byId, idsOf(entry.rule)],
    ] as const) {
      for (const key of keys) if (isEmpty(map.get(key))) map.delete(key);
    }
    for (const place of affixesOf(entry.rule)) sweepAffix(index, place);
    if (index.entries.size === 0) this.#tenants.delete(tenant);
  }

  /** Calls `found` once with each rule the change may concern. */
  search(change: EntityChange, found: (rule: SubscriptionRule) => void): void {
    const index = this.#tenants.get(change.tenant);
    if (index === undefined) return;
    this.#visit++;
    this.#searchBucket(index.any, change, found);
    const byId = index.byId.get(change.entityId);
    if (byId !== undefined) this.#searchBucket(byId, change, found);
    const types = (change.after ?? change.before)?.types ?? [];
    if (index.byAffix.size > 0) {
      this.#searchAffixes(index, '*', change, found);
      for (const type of types) this.#searchAffixes(index, type, change, found);
    }
    if (index.byType.size === 0) return;
    for (const type of types) {
      const bucket = index.byType.get(type);
      if (bucket !== undefined) this.#searchBucket(bucket, change, found);
    }
  }

  #searchAffixes(
    { byAffix }: TenantIndex,
    type: string,
    change: EntityChange,
    found: (rule: SubscriptionRule) => void,
  ): void {
    for (const [length, byText] of byAffix.get(type) ?? []) {
      const bucket = byText.get(affixAt(change.entityId, length));
      if (bucket !== undefined) this.#searchBucket(bucket, change, found);
    }
  }

  #searchBucket(bucket: Bucket, change: EntityChange, found: (rule: SubscriptionRule) => void): void {
    if (change.before === undefined) this.#visitAll(bucket.created, found);
    if (change.after === undefined) this.#visitAll(bucket.deleted, found);
    this.#visitAll(bucket.attributes, found);
    if (bucket.required.size > 0) this.#searchRequired(bucket, (change.after ?? change.before) as Entity, found);
    if (bucket.watched.size === 0) return;
    for (const { name } of change.attributes) {
      const watching = bucket.watched.get(name);
      if (watching !== undefined) this.#visitAll(watching, found);
    }
  }

  #searchRequired({ required }: Bucket, entity: Entity, found: (rule: SubscriptionRule) => void): void {
    for (const [attribute, byValue] of required) {
      for (const { value } of entity.attributes[attribute] ?? []) {
        for (const one of Array.isArray(value) ? value : [value]) {
          if (typeof one !== 'object') this.#visitAll(byValue.get(one) ?? NONE, found);
          // Texts of languages and typed values lie deeper: leave them to the full test.
          else for (const entries of byValue.values()) this.#visitAll(entries, found);
        }
      }
    }
  }

  #visitAll(entries: ReadonlySet<Entry>, found: (rule: SubscriptionRule) => void): void {
    for (const entry of entries) {
      if (entry.visit === this.#visit) continue;
      entry.visit = this.#visit;
      found(entry.rule);
    }
  }
}

const NONE: ReadonlySet<Entry> = new Set();

function emptyBucket(): Bucket {
  return { created: new Set(), deleted: new Set(), attributes: new Set(), watched: new Map(), required: new Map() };
}

function isEmpty(bucket: Bucket | undefined): boolean {
  if (bucket === undefined) return true;
  const { created, deleted, attributes, watched, required } = bucket;
  return created.size + deleted.size + attributes.size + watched.size + required.size === 0;
}

function bucketsOf(index: TenantIndex, rule: SubscriptionRule): Bucket[] {
  if (rule.timeIntervalMs !== undefined) return []; // no change sets it off
  const buckets = [...idsOf(rule)].map((id) => entryAt(index.byId, id, emptyBucket));
  for (const type of typesOf(rule)) buckets.push(entryAt(index.byType, type, emptyBucket));
  for (const { type, affix } of affixesOf(rule)) {
    const byLength = entryAt(index.byAffix, type, () => new Map<number, Map<string, Bucket>>());
    buckets.push(
      entryAt(
        entryAt(byLength, affix.length, () => new Map<string, Bucket>()),
        affix.text,
        emptyBucket,
      ),
    );
  }
  const anywhere =
    rule.selectors === undefined ||
    rule.selectors.some((selector) => selector.types.kind === 'all' && !selector.ids && !selectorAffix(selector));
  if (anywhere) buckets.push(index.any);
  return buckets;
}

function idsOf(rule: SubscriptionRule): Set<string> {
  return new Set(rule.selectors?.flatMap(({ ids }) => [...(ids ?? [])]));
}

/** Of types that must all be there, one suffices to find the rule. */
function typesOf(rule: SubscriptionRule): Set<string> {
  const types = new Set<string>();
  for (const selector of rule.selectors ?? []) {
    if (selector.ids !== undefined || selectorAffix(selector) !== undefined) continue;
    for (const type of firstTypes(selector)) types.add(type);
  }
  return types;
}

function firstTypes({ types }: Selector): string[] {
  return types.kind === 'all' ? [] : types.groups.flatMap(([first]) => first ?? []);
}

interface AffixPlace {
  readonly type: string;
  readonly affix: Affix;
}

function affixesOf(rule: SubscriptionRule): AffixPlace[] {
  const places: AffixPlace[] = [];
  for (const selector of rule.selectors ?? []) {
    const affix = selectorAffix(selector);
    if (affix === undefined) continue;
    const types = selector.types.kind === 'all' ? ['*'] : firstTypes(selector);
    for (const type of types) places.push({ type, affix });
  }
  return places;
}

function selectorAffix({ ids, idPattern }: Selector): Affix | undefined {
  return ids !== undefined || idPattern === undefined ? undefined : affixOf(idPattern.source);
}

/** Takes away what a removed rule left empty. */
function sweepAffix({ byAffix }: TenantIndex, { type, affix }: AffixPlace): void {
  const byLength = byAffix.get(type);
  const byText = byLength?.get(affix.length);
  if (isEmpty(byText?.get(affix.text))) byText?.delete(affix.text);
  if (byText?.size === 0) byLength?.delete(affix.length);
  if (byLength?.size === 0) byAffix.delete(type);
}

/** Takes away the sets that a removed rule left empty. */
function sweep({ watched, required }: Bucket, rule: SubscriptionRule): void {
  for (const name of rule.watchedAttributes ?? []) if (watched.get(name)?.size === 0) watched.delete(name);
  if (rule.requiredValue === undefined) return;
  const { attribute, values } = rule.requiredValue;
  const byValue = required.get(attribute);
  for (const value of values) if (byValue?.get(value)?.size === 0) byValue.delete(value);
  if (byValue?.size === 0) required.delete(attribute);
}

function setsOf(bucket: Bucket, rule: SubscriptionRule): Set<Entry>[] {
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

function entryAt<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
