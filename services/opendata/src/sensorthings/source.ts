import { Problem } from '@alzette/kit/problems';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { Item } from './items.ts';
import { exists, idOf } from './items.ts';
import { type ObservedEntity, observedEntity } from './observed-entity.ts';
import type { Narrowed } from './push-down.ts';
import type { SetName } from './sets.ts';

/** Where the data of one request come from. */
export interface Source {
  /** With the rights of the sender: what they may not read does not exist. */
  readonly client: NgsiLdClient;
  readonly tenant: string;
  readonly context: string;
  readonly publicUrl: string;
  /** What the request may still cost. */
  readonly left: { items: number; reads: number };
}

/** A set, or the part of it that a link leads to. */
export interface Collection {
  readonly set: SetName;
  readonly scope: Scope;
}

export interface Scope {
  readonly entity?: string;
  /** The entity, if it has been read. */
  readonly loaded?: ObservedEntity;
  readonly attribute?: string;
  readonly sensor?: string;
  /** The time of a value of the past. */
  readonly at?: number;
  /** The latest value of the past alone. */
  readonly isLatest?: boolean;
}

/** Entities are read by so many. */
const AT_ONCE = 500;
const URI = /^[a-z][a-z0-9+.-]*:\S+$/i;
const PLAIN_NAME = /^[a-z]\w*$/i;

/** What an item is linked to. */
export function linked({ set, entity, stream, past, ...item }: Item, to: SetName): Collection {
  const attribute = stream?.attribute ?? '';
  if (set === 'Sensors')
    return { set: to, scope: { sensor: idOf({ set, entity, ...item, ...(stream && { stream }) }) } };
  if (set === 'ObservedProperties') return { set: to, scope: { attribute } };
  const isOfEntity = to === 'Things' || to === 'FeaturesOfInterest' || stream === undefined;
  const ofPast = past !== undefined && (to === 'Locations' || to === 'HistoricalLocations');
  return {
    set: to,
    scope: {
      entity: entity.id,
      loaded: entity,
      ...(!isOfEntity && { attribute }),
      ...(ofPast && { at: past.at }),
      ...(set === 'Locations' && to === 'HistoricalLocations' && !ofPast && { isLatest: true }),
    },
  };
}

/** The items of a set that are views of the present entity, in the scope. */
export function itemsOf(entity: ObservedEntity, set: SetName, { attribute, sensor }: Scope): Item[] {
  if (set === 'Things' || set === 'Locations' || set === 'FeaturesOfInterest') {
    return [{ set, entity }].filter(exists);
  }
  const streams = entity.streams.filter((each) => attribute === undefined || each.attribute === attribute);
  const items = streams.map((stream): Item => ({ set, entity, stream }));
  if (sensor !== undefined) return items.filter((item) => idOf({ ...item, set: 'Sensors' }) === sensor);
  return set === 'Sensors' ? distinct(items) : items;
}

/** The first item of each id. */
export function distinct(items: readonly Item[]): Item[] {
  return [...new Map(items.toReversed().map((item) => [idOf(item), item])).values()].toReversed();
}

/** The question to the broker for the entities of a scope; undefined: there can be none. */
function questionOf({ tenant, context }: Source, scope: Scope, { types, entity, attribute, geo }: Narrowed) {
  const id = scope.entity ?? entity;
  const isAsked = entity === undefined || scope.entity === undefined || entity === scope.entity;
  if (!isAsked || (id !== undefined && !URI.test(id))) return;
  const name = scope.attribute ?? attribute;
  return {
    type: types ?? '*',
    ...(id !== undefined && { id: [id] }),
    ...(name !== undefined && PLAIN_NAME.test(name) && { q: name }),
    ...geo,
    tenant,
    context,
  };
}

/** The entities of a scope with their positions, from a position on, in the order of the broker. */
export async function* entitiesOf(
  source: Source,
  scope: Scope,
  narrowed: Narrowed,
  from = 0,
): AsyncGenerator<{ readonly entity: ObservedEntity; readonly position: number }, void, undefined> {
  const isWhole = narrowed.types === undefined && narrowed.geo === undefined && narrowed.entity === undefined;
  if (scope.loaded !== undefined && isWhole) {
    if (from === 0) yield { entity: scope.loaded, position: 0 };
    return;
  }
  const question = questionOf(source, scope, narrowed);
  if (question === undefined) return;
  for (let offset = from; ; offset += AT_ONCE) {
    const { entities } = await source.client.queryEntities({ ...question, limit: AT_ONCE, offset });
    for (const [index, entity] of entities.entries())
      yield { entity: observedEntity(entity), position: offset + index };
    if (entities.length < AT_ONCE) return;
  }
}

export async function countEntities(source: Source, scope: Scope, narrowed: Narrowed): Promise<number> {
  const question = questionOf(source, scope, narrowed);
  if (question === undefined) return 0;
  return (await source.client.queryEntities({ ...question, limit: 0, count: true })).count ?? 0;
}

/** @throws Problem 400: the answer would be too large, or read too much of the history */
export function charge({ left }: Source, what: 'items' | 'reads', number = 1): void {
  left[what] -= number;
  if (left[what] < 0) {
    const most = what === 'items' ? 'more than 20,000 items' : 'more than 500 parts of the history';
    throw new Problem(400, 'The request is not valid', `$expand: the answer would have ${most}; use $top or $filter`);
  }
}
