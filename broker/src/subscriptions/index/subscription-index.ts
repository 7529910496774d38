import type { EntityChange } from '../../model/change.ts';
import type { Entity } from '../../model/entity.ts';
import type { Pattern } from '../../query/pattern.ts';
import { type Affix, affixAt, affixOf } from '../../query/pattern-affix.ts';
import type { Selector, SubscriptionRule } from '../rule.ts';
import { PatternBuckets } from './pattern-buckets.ts';
import { type Bucket, type Entry, emptyBucket, entryAt, isEmpty, setsOf, sweep } from './rule-bucket.ts';

interface TenantIndex {
  readonly entries: Map<string, Entry>;
  readonly byType: Map<string, Bucket>;
  readonly byId: Map<string, Bucket>;
  /** By type or `*`, then by length and text of the prefix or suffix that ids must have. */
  readonly byAffix: Map<string, Map<number, Map<string, Bucket>>>;
  /** By type or `*`: rules whose pattern has no fixed prefix or suffix. */
  readonly byPattern: Map<string, PatternBuckets>;
  readonly any: Bucket;
}

/**
 * Finds the rules that a change may concern. Rules for other types, ids or attributes are not visited. The rules found
 * still need a full test.
 */
export class SubscriptionIndex {
  readonly #tenants = new Map<string, TenantIndex>();
  #visit = 0;

  /** Over all tenants. */
  get size(): number {
    let size = 0;
    for (const { entries } of this.#tenants.values()) size += entries.size;
    return size;
  }

  get(tenant: string, id: string): SubscriptionRule | undefined {
    return this.#tenants.get(tenant)?.entries.get(id)?.rule;
  }

  *all(tenant: string): Iterable<SubscriptionRule> {
    for (const { rule } of this.#tenants.get(tenant)?.entries.values() ?? []) yield rule;
  }

  /** Replaces the rule with the same id. */
  put(rule: SubscriptionRule): void {
    this.remove(rule.tenant, rule.id);
    let index = this.#tenants.get(rule.tenant);
    if (index === undefined) {
      index = {
        entries: new Map(),
        byType: new Map(),
        byId: new Map(),
        byAffix: new Map(),
        byPattern: new Map(),
        any: emptyBucket(),
      };
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
    for (const { type, pattern } of patternsOf(entry.rule)) {
      const buckets = index.byPattern.get(type);
      if (buckets?.sweep(pattern)) index.byPattern.delete(type);
    }
    if (index.entries.size === 0) this.#tenants.delete(tenant);
  }

  /** Calls `found` once for each rule that the change may concern. */
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
    if (index.byPattern.size > 0) {
      this.#searchPatterns(index, '*', change, found);
      for (const type of types) this.#searchPatterns(index, type, change, found);
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

  #searchPatterns(
    { byPattern }: TenantIndex,
    type: string,
    change: EntityChange,
    found: (rule: SubscriptionRule) => void,
  ): void {
    for (const bucket of byPattern.get(type)?.matching(change.entityId) ?? [])
      this.#searchBucket(bucket, change, found);
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
          // Values of LanguageProperties and typed values are nested: leave them to the full test.
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

function bucketsOf(index: TenantIndex, rule: SubscriptionRule): Bucket[] {
  if (rule.timeIntervalMs !== undefined) return []; // not triggered by changes
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
  for (const { type, pattern } of patternsOf(rule)) {
    buckets.push(entryAt(index.byPattern, type, () => new PatternBuckets()).bucketOf(pattern));
  }
  const anywhere =
    rule.selectors === undefined ||
    rule.selectors.some(({ types, ids, idPattern }) => types.kind === 'all' && !ids && !idPattern);
  if (anywhere) buckets.push(index.any);
  return buckets;
}

function idsOf(rule: SubscriptionRule): Set<string> {
  return new Set(rule.selectors?.flatMap(({ ids }) => [...(ids ?? [])]));
}

/** If several types are required together, filing the rule under one of them is enough. */
function typesOf(rule: SubscriptionRule): Set<string> {
  const types = new Set<string>();
  for (const selector of rule.selectors ?? []) {
    if (selector.ids !== undefined || selector.idPattern !== undefined) continue;
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
    for (const type of typesOrAll(selector)) places.push({ type, affix });
  }
  return places;
}

function typesOrAll(selector: Selector): string[] {
  return selector.types.kind === 'all' ? ['*'] : firstTypes(selector);
}

function patternsOf(rule: SubscriptionRule): { readonly type: string; readonly pattern: Pattern }[] {
  return (rule.selectors ?? []).flatMap((selector) => {
    const { ids, idPattern: pattern } = selector;
    if (ids !== undefined || pattern === undefined || selectorAffix(selector) !== undefined) return [];
    return typesOrAll(selector).map((type) => ({ type, pattern }));
  });
}

function selectorAffix({ ids, idPattern }: Selector): Affix | undefined {
  return ids !== undefined || idPattern === undefined ? undefined : affixOf(idPattern.source);
}

/** Deletes maps that have become empty after the removal of a rule. */
function sweepAffix({ byAffix }: TenantIndex, { type, affix }: AffixPlace): void {
  const byLength = byAffix.get(type);
  const byText = byLength?.get(affix.length);
  if (isEmpty(byText?.get(affix.text))) byText?.delete(affix.text);
  if (byText?.size === 0) byLength?.delete(affix.length);
  if (byLength?.size === 0) byAffix.delete(type);
}
