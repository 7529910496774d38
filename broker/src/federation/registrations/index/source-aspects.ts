import type { AttributeInstance, Entity } from '../../../model/entity.ts';
import type { Geometry } from '../../../model/geometry.ts';
import { type BoundingBox, boxOf, boxOfQuery } from '../../../query/geo/bounding-box.ts';
import type { GeoQuery } from '../../../query/geo/geo-query.ts';
import type { Literal, QNode, QTerm } from '../../../query/q/q-tree.ts';
import type { ScopeQuery } from '../../../query/scope/scope-query.ts';
import type { RegistrationQuery } from '../match-registration.ts';
import { GeometryGrid } from './geometry-grid.ts';

/** Possible matches with their approximate number. */
interface Narrowed<Entry> {
  readonly size: number;
  readonly entries: Iterable<Entry>;
}

interface Property<Entry> {
  readonly all: Set<Entry>;
  /** Entries by scalar value. */
  readonly byValue: Map<string, Set<Entry>>;
  /** Entries with other values. */
  readonly others: Set<Entry>;
}

interface Place<Entry> {
  readonly all: Set<Entry>;
  readonly grid: GeometryGrid<Entry>;
  /** Entries that are too large for the grid. */
  readonly wide: Set<Entry>;
}

/**
 * Finds registrations by the properties, scopes and geometries of their sources (5.10.2). It may return too many, but
 * never misses a match.
 */
export class SourceAspects<Entry> {
  readonly #properties = new Map<string, Property<Entry>>();
  /** By each prefix of a scope; '' is any scope. */
  readonly #scopes = new Map<string, Set<Entry>>();
  readonly #places = new Map<string, Place<Entry>>();

  add(self: Entity, entry: Entry): void {
    for (const [name, instances] of Object.entries(self.attributes)) {
      const property = entryAt(this.#properties, name, newProperty<Entry>);
      property.all.add(entry);
      for (const key of keysOf(instances)) {
        if (key === undefined) property.others.add(entry);
        else entryAt(property.byValue, key, newSet<Entry>).add(entry);
      }
      for (const box of boxesOf(instances)) {
        const place = entryAt(this.#places, name, newPlace<Entry>);
        place.all.add(entry);
        if (box === undefined) place.wide.add(entry);
        else place.grid.add(box, entry);
      }
    }
    for (const path of pathsOf(self.scopes)) entryAt(this.#scopes, path, newSet<Entry>).add(entry);
  }

  remove(self: Entity, entry: Entry): void {
    for (const [name, instances] of Object.entries(self.attributes)) {
      const property = this.#properties.get(name);
      property?.all.delete(entry);
      property?.others.delete(entry);
      for (const key of keysOf(instances)) if (key !== undefined && property) drop(property.byValue, key, entry);
      if (property?.all.size === 0) this.#properties.delete(name);
      const place = this.#places.get(name);
      place?.all.delete(entry);
      place?.wide.delete(entry);
      for (const box of boxesOf(instances)) if (box !== undefined) place?.grid.remove(box, entry);
      if (place?.all.size === 0) this.#places.delete(name);
    }
    for (const path of pathsOf(self.scopes)) drop(this.#scopes, path, entry);
  }

  /** Undefined: the query contains nothing that narrows the search. */
  narrow({ csf, scopeQ, geoQ }: RegistrationQuery): Narrowed<Entry> | undefined {
    return fewest([csf && this.#byQ(csf), scopeQ && this.#byScope(scopeQ), geoQ && this.#byPlace(geoQ)]);
  }

  #byQ(node: QNode): Narrowed<Entry> | undefined {
    switch (node.kind) {
      case 'and':
        return fewest(node.operands.map((operand) => this.#byQ(operand)));
      case 'or':
        return together(node.operands.map((operand) => this.#byQ(operand)));
      case 'link':
        return ofSet(this.#properties.get(node.relationship)?.all);
      case 'term':
        return this.#byTerm(node);
    }
  }

  /** Every test requires the attribute to exist. */
  #byTerm({ path, test }: QTerm): Narrowed<Entry> | undefined {
    if (path.kind === 'entityMember') return undefined;
    const property = this.#properties.get(path.names[0] as string);
    const isWhole = path.kind === 'value' && path.names.length === 1 && path.members.length === 0;
    if (property === undefined || !isWhole || test.kind !== 'equal' || test.operand.kind !== 'values') {
      return ofSet(property?.all);
    }
    const keys = test.operand.values.map(keyOfLiteral);
    if (keys.includes(undefined)) return ofSet(property.all);
    const sets = keys.map((key) => ofSet(property.byValue.get(key as string))); // none of them is undefined
    return together([...sets, ofSet(property.others)]);
  }

  #byScope(query: ScopeQuery): Narrowed<Entry> | undefined {
    switch (query.kind) {
      case 'and':
        return fewest(query.operands.map((operand) => this.#byScope(operand)));
      case 'or':
        return together(query.operands.map((operand) => this.#byScope(operand)));
      case 'anyScope':
        return ofSet(this.#scopes.get(''));
      case 'pattern': {
        const open = query.levels.indexOf('+');
        const levels = open < 0 ? query.levels : query.levels.slice(0, open);
        return ofSet(this.#scopes.get(levels.join('/')));
      }
    }
  }

  #byPlace(query: GeoQuery): Narrowed<Entry> {
    const place = this.#places.get(query.geoproperty);
    const box = boxOfQuery(query);
    if (place === undefined || box === undefined) return ofSet(place?.all);
    const inside = new Set(place.grid.search(box));
    return together([ofSet(inside), ofSet(place.wide)]) as Narrowed<Entry>; // both exist
  }
}

function ofSet<Entry>(entries: ReadonlySet<Entry> = new Set()): Narrowed<Entry> {
  return { size: entries.size, entries };
}

/** For a conjunction, the smallest set suffices. */
function fewest<Entry>(parts: readonly (Narrowed<Entry> | undefined)[]): Narrowed<Entry> | undefined {
  let least: Narrowed<Entry> | undefined;
  for (const part of parts) if (part !== undefined && (least === undefined || part.size < least.size)) least = part;
  return least;
}

/** For a disjunction, the union is needed. */
function together<Entry>(parts: readonly (Narrowed<Entry> | undefined)[]): Narrowed<Entry> | undefined {
  if (parts.includes(undefined)) return undefined;
  const all = parts as readonly Narrowed<Entry>[]; // checked above
  return { size: all.reduce((sum, { size }) => sum + size, 0), entries: chained(all) };
}

function* chained<Entry>(parts: readonly Narrowed<Entry>[]): Iterable<Entry> {
  for (const { entries } of parts) yield* entries;
}

/** Undefined stands for a value that is not a scalar. */
function* keysOf(instances: readonly AttributeInstance[]): Iterable<string | undefined> {
  for (const { value } of instances) {
    for (const one of Array.isArray(value) ? value : [value]) yield keyOfValue(one);
  }
}

function keyOfValue(value: unknown): string | undefined {
  return typeof value === 'object' ? undefined : `${typeof value} ${value}`;
}

function keyOfLiteral({ kind, value }: Literal): string | undefined {
  return kind === 'string' || kind === 'number' || kind === 'boolean' ? `${kind} ${value}` : undefined;
}

/** Undefined stands for a geometry without a bounding box. */
function boxesOf(instances: readonly AttributeInstance[]): (BoundingBox | undefined)[] {
  return instances.filter(({ type }) => type === 'GeoProperty').map(({ value }) => boxOf(value as Geometry));
}

function pathsOf(scopes: readonly string[] = []): Set<string> {
  const paths = new Set<string>();
  for (const scope of scopes) {
    let path = '';
    for (const level of scope.replace(/^\//, '').split('/')) {
      path = path === '' ? level : `${path}/${level}`;
      paths.add(path);
    }
  }
  if (paths.size > 0) paths.add('');
  return paths;
}

function newProperty<Entry>(): Property<Entry> {
  return { all: new Set(), byValue: new Map(), others: new Set() };
}

function newPlace<Entry>(): Place<Entry> {
  return { all: new Set(), grid: new GeometryGrid(), wide: new Set() };
}

function newSet<Entry>(): Set<Entry> {
  return new Set();
}

function drop<Entry>(sets: Map<string, Set<Entry>>, key: string, entry: Entry): void {
  const set = sets.get(key);
  set?.delete(entry);
  if (set?.size === 0) sets.delete(key);
}

export function entryAt<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}
