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
  /** Attributes (IRIs) whose values decide where an entity is counted, whatever its type. */
  readonly anyType: readonly string[];
  /** Milliseconds since the epoch: silence is counted at this time. */
  readonly at: number;
  readonly answer: Promise<MapView>;
}

/** Without any change an entity falls silent or expires, so answers don't last. */
const LONGEST_MS = 30_000;
const KEPT_BYTES = 2 * 1024 * 1024;
/** Of an answer that has not come yet. */
const OPEN_BYTES = 500;

/**
 * The latest counts of whole maps, per access rights. An answer is dropped as soon as a change is committed that moves an
 * entity to another place or class, or between heard and silent; a further measurement of the same class keeps it. Only
 * changes of this process are known in time, so next to other processes nothing is kept.
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

  /** @param look counts anew; callers with the same rights and question share it while it runs */
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

  /** Changes committed by this process. */
  committed(changes: readonly EntityChange[]): void {
    if (this.#recent.use.entries === 0) return;
    for (const [key, recent] of this.#recent.entries()) {
      if (!isValid(recent) || changes.some((change) => isAffected(recent, change))) this.#recent.delete(key);
    }
  }

  /** Another process has changed something. */
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

/** The GeoProperties (IRIs) that decide what may be read. */
function placesIn(read: Visibility): string[] {
  if (read === 'all') return [];
  return read.flatMap(({ entities }) => (entities.geoQ ? [entities.geoQ.geoproperty] : []));
}

/** Whether the change may count an entity elsewhere. */
function isAffected({ tenant, layers, anyType, at }: Recent, change: EntityChange): boolean {
  if (change.tenant !== tenant) return false;
  const { before, after } = change;
  const shown = layers.filter(({ type }) => after?.types.includes(type) || before?.types.includes(type));
  if (shown.length === 0) return false;
  if (before === undefined || after === undefined) return true;
  if (before.expiresAt !== after.expiresAt || !isEqual(before.types, after.types)) return true;
  if (!isEqual(before.scopes, after.scopes)) return true;
  const isChanged = (name: string) => !isEqual(valueIn(before, name), valueIn(after, name));
  return anyType.some(isChanged) || shown.some((layer) => isElsewhere(layer, before, after, at, isChanged));
}

function isElsewhere(
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
