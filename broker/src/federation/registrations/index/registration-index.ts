import type { EntitySelector } from '../../../query/entity-query.ts';
import { type Affix, affixAt, affixOf } from '../../../query/pattern-affix.ts';
import type { TypeSelection } from '../../../query/type-selection.ts';
import { matchRegistration, type RegistrationMatch, type RegistrationQuery } from '../match-registration.ts';
import type { OperationName } from '../operation-names.ts';
import { type EntityInfo, isProxied, type Registration, type RegistrationInfo } from '../registration.ts';
import { entryAt, SourceAspects } from './source-aspects.ts';

/**
 * A registration in the index. `visit` is the number of the last search that found it, so that a search returns it only
 * once.
 */
interface Entry {
  readonly registration: Registration;
  visit: number;
}

/** Entries by their attributes. */
interface Bucket {
  /** The number of entries, counted once for each of their attributes. */
  count: number;
  /** Entries for any attribute. */
  readonly whole: Set<Entry>;
  readonly byAttribute: Map<string, Set<Entry>>;
}

/** The entries for one entity type, or for any type. */
interface TypeBuckets {
  /** For all entities of the type, or for a pattern without a fixed prefix or suffix. */
  readonly open: Bucket;
  /**
   * For single ids and patterns with a fixed prefix or suffix, which are also filed by id. Used if a query has no id.
   */
  readonly bound: Bucket;
}

interface TenantIndex {
  readonly entries: Map<string, Entry>;
  readonly all: Bucket;
  /** For any id; a query by id searches these and those filed under the id. */
  readonly open: Bucket;
  /** By the properties of the sources themselves. */
  readonly aspects: SourceAspects<Entry>;
  /** By type IRI; '' for entries without a type. */
  readonly byType: Map<string, TypeBuckets>;
  readonly byId: Map<string, Bucket>;
  /** By length and text of the prefix or suffix of ids. */
  readonly byAffix: Map<number, Map<string, Bucket>>;
  /** The number of registrations for each operation. */
  readonly operations: Map<OperationName, number>;
  proxied: number;
}

type TypesInGroups = Exclude<TypeSelection, { readonly kind: 'all' }>;

const UNTYPED = '';

/**
 * Finds the registrations that a request concerns. Registrations for other ids, types or attributes are not visited. A
 * tenant without registrations costs one look-up.
 */
export class RegistrationIndex {
  readonly #tenants = new Map<string, TenantIndex>();
  #visit = 0;
  #expiring = 0;

  /** Whether any registration of any tenant can expire. */
  get anyExpires(): boolean {
    return this.#expiring > 0;
  }

  /** Whether the tenant has no registrations. */
  isEmpty(tenant: string): boolean {
    return !this.#tenants.has(tenant);
  }

  /** Whether any registration supports this operation. */
  mayConcern(tenant: string, operation: OperationName): boolean {
    const index = this.#tenants.get(tenant);
    return index !== undefined && (index.proxied > 0 || index.operations.has(operation));
  }

  /** Whether the tenant has exclusive or redirect registrations. */
  hasProxied(tenant: string): boolean {
    return (this.#tenants.get(tenant)?.proxied ?? 0) > 0;
  }

  /** The tenants with registrations. */
  tenants(): Iterable<string> {
    return this.#tenants.keys();
  }

  /** Over all tenants. */
  count(): number {
    let count = 0;
    for (const { entries } of this.#tenants.values()) count += entries.size;
    return count;
  }

  size(tenant: string): number {
    return this.#tenants.get(tenant)?.entries.size ?? 0;
  }

  get(tenant: string, id: string): Registration | undefined {
    return this.#tenants.get(tenant)?.entries.get(id)?.registration;
  }

  /** The registrations of a tenant, in no particular order. */
  *all(tenant: string): Iterable<Registration> {
    for (const { registration } of this.#tenants.get(tenant)?.entries.values() ?? []) yield registration;
  }

  /** Replaces the registration with the same id. */
  put(registration: Registration): void {
    this.remove(registration.tenant, registration.id);
    const index = this.#tenants.get(registration.tenant) ?? this.#add(registration.tenant);
    const entry = { registration, visit: 0 };
    index.entries.set(registration.id, entry);
    index.aspects.add(registration.self, entry);
    if (registration.expiresAt !== undefined) this.#expiring++;
    if (isProxied(registration)) index.proxied++;
    for (const operation of registration.operations) {
      index.operations.set(operation, (index.operations.get(operation) ?? 0) + 1);
    }
    for (const info of registration.information) {
      for (const bucket of bucketsOf(index, info)) {
        for (const set of setsOf(bucket, info)) {
          if (set.has(entry)) continue;
          set.add(entry);
          bucket.count++;
        }
      }
    }
  }

  remove(tenant: string, id: string): void {
    const index = this.#tenants.get(tenant);
    const entry = index?.entries.get(id);
    if (index === undefined || entry === undefined) return;
    const { registration } = entry;
    index.entries.delete(id);
    if (registration.expiresAt !== undefined) this.#expiring--;
    if (index.entries.size === 0) {
      this.#tenants.delete(tenant);
      return;
    }
    index.aspects.remove(registration.self, entry);
    if (isProxied(registration)) index.proxied--;
    for (const operation of registration.operations) {
      const left = (index.operations.get(operation) ?? 1) - 1;
      if (left === 0) index.operations.delete(operation);
      else index.operations.set(operation, left);
    }
    for (const info of registration.information) {
      for (const bucket of bucketsOf(index, info)) {
        for (const set of setsOf(bucket, info)) if (set.delete(entry)) bucket.count--;
        sweep(bucket, info);
      }
      sweepPlaces(index, info);
    }
  }

  /**
   * The registrations that a request concerns, each once, with their matching parts.
   *
   * @param now milliseconds since 1970
   */
  search(tenant: string, query: RegistrationQuery, now = Date.now()): RegistrationMatch[] {
    const found: RegistrationMatch[] = [];
    const index = this.#tenants.get(tenant);
    if (index === undefined) return found;
    const visit = ++this.#visit;
    const consider = (entries: Iterable<Entry>) => {
      for (const entry of entries) {
        if (entry.visit === visit) continue;
        entry.visit = visit;
        const match = matchRegistration(entry.registration, query, now);
        if (match !== undefined) found.push(match);
      }
    };
    const { selectors = [], attributes } = query;
    const buckets = [...candidates(index, selectors)];
    const size = buckets.reduce((sum, bucket) => sum + sizeOf(bucket, attributes), 0);
    const narrowed = size > FEW ? index.aspects.narrow(query) : undefined;
    if (narrowed !== undefined && narrowed.size < size) {
      consider(narrowed.entries);
      return found;
    }
    for (const bucket of buckets) {
      consider(bucket.whole);
      if (attributes === undefined || attributes.size === 0) {
        for (const entries of bucket.byAttribute.values()) consider(entries);
      } else for (const name of attributes) consider(bucket.byAttribute.get(name) ?? NONE);
    }
    return found;
  }

  #add(tenant: string): TenantIndex {
    const index: TenantIndex = {
      entries: new Map(),
      all: emptyBucket(),
      open: emptyBucket(),
      aspects: new SourceAspects(),
      byType: new Map(),
      byId: new Map(),
      byAffix: new Map(),
      operations: new Map(),
      proxied: 0,
    };
    this.#tenants.set(tenant, index);
    return index;
  }
}

const NONE: readonly Entry[] = [];
/** With fewer candidates, the index by source properties is not worth consulting. */
const FEW = 50;

function sizeOf({ count, whole, byAttribute }: Bucket, attributes: ReadonlySet<string> | undefined): number {
  if (attributes === undefined || attributes.size === 0) return count;
  let size = whole.size;
  for (const name of attributes) size += byAttribute.get(name)?.size ?? 0;
  return size;
}

/** The buckets with possible matches; without selectors, all. */
function* candidates(index: TenantIndex, selectors: readonly EntitySelector[]): Iterable<Bucket> {
  if (selectors.length === 0) {
    yield index.all;
    return;
  }
  for (const { types, ids } of selectors) {
    if (types === undefined && ids === undefined) {
      yield index.all;
      continue;
    }
    for (const id of ids ?? []) yield* candidatesOf(index, id);
    if (types === undefined || types.kind === 'all') {
      yield ids === undefined ? index.all : index.open;
      continue;
    }
    for (const { open, bound } of typeBuckets(index, types)) {
      yield open;
      if (ids === undefined) yield bound;
    }
  }
}

function* candidatesOf({ byId, byAffix }: TenantIndex, id: string): Iterable<Bucket> {
  const exact = byId.get(id);
  if (exact !== undefined) yield exact;
  for (const [length, byText] of byAffix) {
    const bucket = byText.get(affixAt(id, length));
    if (bucket !== undefined) yield bucket;
  }
}

function* typeBuckets({ byType }: TenantIndex, types: TypesInGroups): Iterable<TypeBuckets> {
  for (const type of new Set([UNTYPED, ...types.groups.flat()])) {
    const buckets = byType.get(type);
    if (buckets !== undefined) yield buckets;
  }
}

function emptyBucket(): Bucket {
  return { count: 0, whole: new Set(), byAttribute: new Map() };
}

/** The buckets for a part of a registration, created if missing. */
function* bucketsOf(index: TenantIndex, { entities }: RegistrationInfo): Iterable<Bucket> {
  yield index.all;
  if (entities === undefined) {
    yield index.open;
    yield typed(index, UNTYPED).open;
    return;
  }
  for (const entity of entities) {
    const affix = affixOfEntity(entity);
    if (entity.id !== undefined) yield entryAt(index.byId, entity.id, emptyBucket);
    if (affix !== undefined) {
      const byText = entryAt(index.byAffix, affix.length, () => new Map<string, Bucket>());
      yield entryAt(byText, affix.text, emptyBucket);
    }
    const isBound = entity.id !== undefined || affix !== undefined;
    if (!isBound) yield index.open;
    for (const type of entity.types ?? [UNTYPED]) yield typed(index, type)[isBound ? 'bound' : 'open'];
  }
}

function typed({ byType }: TenantIndex, type: string): TypeBuckets {
  return entryAt(byType, type, () => ({ open: emptyBucket(), bound: emptyBucket() }));
}

function affixOfEntity({ id, idPattern }: EntityInfo): Affix | undefined {
  return id === undefined && idPattern !== undefined ? affixOf(idPattern.source) : undefined;
}

function setsOf(bucket: Bucket, { attributes }: RegistrationInfo): Set<Entry>[] {
  if (attributes === undefined) return [bucket.whole];
  return [...attributes].map((name) => entryAt(bucket.byAttribute, name, () => new Set<Entry>()));
}

/** Deletes sets that have become empty after the removal of a registration. */
function sweep({ byAttribute }: Bucket, { attributes }: RegistrationInfo): void {
  for (const name of attributes ?? []) if (byAttribute.get(name)?.size === 0) byAttribute.delete(name);
}

function isEmpty(bucket: Bucket | undefined): boolean {
  return bucket === undefined || (bucket.whole.size === 0 && bucket.byAttribute.size === 0);
}

/** Deletes buckets that have become empty after the removal of a registration. */
function sweepPlaces({ byId, byAffix, byType }: TenantIndex, { entities }: RegistrationInfo): void {
  for (const entity of entities ?? [{}]) {
    const { id, types = [UNTYPED] } = entity as EntityInfo;
    if (id !== undefined && isEmpty(byId.get(id))) byId.delete(id);
    const affix = affixOfEntity(entity);
    const byText = affix && byAffix.get(affix.length);
    if (affix && isEmpty(byText?.get(affix.text))) byText?.delete(affix.text);
    if (affix && byText?.size === 0) byAffix.delete(affix.length);
    for (const type of types) {
      const buckets = byType.get(type);
      if (buckets !== undefined && isEmpty(buckets.open) && isEmpty(buckets.bound)) byType.delete(type);
    }
  }
}
