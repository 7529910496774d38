import { type CacheUse, type Lru, namedCache, weightOf } from '@alzette/kit/caches';
import { type Caller, readableBy } from '../../access/caller.ts';
import type { Visibility } from '../../access/visibility.ts';
import type { EntityChange } from '../../model/change.ts';
import type { Entity } from '../../model/entity.ts';
import { LOCATION } from '../../query/geo/geo-query.ts';
import type { ExpandedLayer, MapRequest } from './map-request.ts';
import { gridOf, type MapView } from './map-view.ts';

interface Recent {
  readonly tenant: string;
  readonly layers: readonly ExpandedLayer[];
  /** Attributes (IRIs) whose values affect the counts for entities of any type. */
  readonly anyType: readonly string[];
  /** The time at which silence was determined, in milliseconds since the epoch. */
  readonly at: number;
  readonly answer: Promise<MapView>;
}

/** Answers expire, because entities become silent or expire without a change. */
const LONGEST_MS = 30_000;
const KEPT_BYTES = 2 * 1024 * 1024;
/** The assumed size of an answer that is still being computed. */
const OPEN_BYTES = 500;

/**
 * Caches the latest counts of whole maps by access rights. An answer is dropped when a committed change affects it: another
 * position or class, or an entity that was silent and reports again. A new measurement in the same class does not affect it.
 * Changes of other processes arrive too late, so nothing is cached while there are any.
 */
export class RecentMaps {
  readonly #peers: { readonly hasOtherProcesses: boolean };
  readonly #recent: Lru<Recent>;

  constructor(peers: { readonly hasOtherProcesses: boolean }, keptBytes = KEPT_BYTES) {
    this.#peers = peers;
    this.#recent = namedCache('maps', keptBytes, 'broker');
  }

  get use(): CacheUse {
    return this.#recent.use;
  }

  /** @param look computes the counts; callers with the same rights and request share the result */
  view(caller: Caller, request: MapRequest, wantsTotals: boolean, look: () => Promise<MapView>): Promise<MapView> {
    const grid = gridOf(request.zoom);
    if (grid === undefined || request.box !== undefined || this.#peers.hasOtherProcesses) return look();
    const read = readableBy(caller);
    const { zoom: _zoom, ...asked } = request;
    const key = JSON.stringify([caller.tenant, read, asked, grid, wantsTotals], listed);
    const known = this.#recent.get(key);
    if (known !== undefined && isValid(known)) return known.answer;
    const answer = look();
    const { layers, filter, named } = request;
    const anyType = [LOCATION, ...(filter.words.length > 0 ? [named.name, named.address] : []), ...placesIn(read)];
    const recent = { tenant: caller.tenant, layers, anyType, at: Date.now(), answer };
    this.#recent.set(key, recent, OPEN_BYTES);
    answer.then(
      (view) => this.#recent.get(key) === recent && this.#recent.set(key, recent, weightOf(view)),
      () => this.#recent.get(key) === recent && this.#recent.delete(key),
    );
    return answer;
  }

  /** Drops answers that are affected by changes of this process. */
  committed(changes: readonly EntityChange[]): void {
    if (this.#recent.use.entries === 0) return;
    for (const [key, recent] of this.#recent.entries()) {
      if (!isValid(recent) || changes.some((change) => isAffected(recent, change))) this.#recent.delete(key);
    }
  }

  /** Drops all answers after a change of another process. */
  forget(): void {
    this.#recent.clear();
  }
}

function listed(_name: string, value: unknown): unknown {
  return value instanceof Set || value instanceof Map ? [...value] : value;
}

function isValid({ at }: Recent): boolean {
  return Math.abs(Date.now() - at) < LONGEST_MS;
}

/** The GeoProperties (IRIs) in the rights of the caller. */
function placesIn(read: Visibility): string[] {
  if (read === 'all') return [];
  return read.flatMap(({ entities }) => (entities.geoQ ? [entities.geoQ.geoproperty] : []));
}

/** Whether the change may affect the counts. */
function isAffected({ tenant, layers, anyType, at }: Recent, change: EntityChange): boolean {
  if (change.tenant !== tenant) return false;
  const { before, after } = change;
  const shown = layers.filter(({ type }) => after?.types.includes(type) || before?.types.includes(type));
  if (shown.length === 0) return false;
  if (before === undefined || after === undefined) return true;
  if (before.expiresAt !== after.expiresAt || !isEqual(before.types, after.types)) return true;
  if (!isEqual(before.scopes, after.scopes)) return true;
  const isChanged = (name: string) => !isEqual(valueIn(before, name), valueIn(after, name));
  return anyType.some(isChanged) || shown.some((layer) => isInOtherClass(layer, before, after, at, isChanged));
}

function isInOtherClass(
  { classes, observed, silentAfter }: ExpandedLayer,
  before: Entity,
  after: Entity,
  at: number,
  isChanged: (name: string) => boolean,
): boolean {
  if (classes.some(({ when }) => when.some(({ attribute }) => isChanged(attribute)))) return true;
  if (observed === undefined || silentAfter === undefined) return false;
  const isSilent = (entity: Entity) => {
    const observedAt = entity.attributes[observed]?.[0]?.observedAt;
    return observedAt !== undefined && Date.parse(observedAt) <= at - silentAfter * 1000;
  };
  return isSilent(before) !== isSilent(after);
}

function valueIn({ attributes }: Entity, name: string): unknown {
  return attributes[name]?.[0]?.value;
}

function isEqual(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b));
}
