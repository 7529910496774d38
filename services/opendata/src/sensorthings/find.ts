import { type Item, partsOf } from './items.ts';
import type { ObservedEntity } from './observed-entity.ts';
import { pastAt } from './past.ts';
import { TEMPORAL } from './sets.ts';
import { type Collection, entitiesOf, itemsOf, type Scope, type Source } from './source.ts';

/** The first item of a set: that of a link to one item. */
export async function firstOf(source: Source, collection: Collection): Promise<Item | undefined> {
  const { scope } = collection;
  for await (const { entity } of entitiesOf(source, scope, {})) {
    const [item] = await within(source, collection, entity);
    if (item !== undefined) return item;
    if (scope.entity !== undefined) return undefined;
  }
  return undefined;
}

/** The item with this id, if it is in the set. */
export async function findItem(source: Source, { set, scope }: Collection, id: string): Promise<Item | undefined> {
  const own = scopeOf(set, id);
  if (own === undefined) return undefined;
  for (const known of set === 'Sensors' ? [{ ...own, entity: id }, own] : [own]) {
    const both = bothOf(scope, known);
    const item = both && (await firstOf(source, { set, scope: both }));
    if (item !== undefined) return item;
  }
  return undefined;
}

async function within(source: Source, { set, scope }: Collection, entity: ObservedEntity): Promise<Item[]> {
  if (TEMPORAL.has(set) || (set === 'Locations' && scope.at !== undefined)) {
    return pastAt(source, { set, scope }, entity);
  }
  return itemsOf(entity, set, scope);
}

const TIME = /^\d{1,15}$/;

/** What an id tells of its item. Undefined: no item has such an id. */
function scopeOf(set: Collection['set'], id: string): Scope | undefined {
  const [entity = '', second, third] = partsOf(id);
  switch (set) {
    case 'Sensors':
      return { sensor: id };
    case 'ObservedProperties':
      return { attribute: id };
    case 'Datastreams':
      return second === undefined ? undefined : { entity, attribute: second };
    case 'Observations':
      if (second === undefined || third === undefined || !TIME.test(third)) return undefined;
      return { entity, attribute: second, at: Number(third) };
    case 'HistoricalLocations':
      return second === undefined || !TIME.test(second) ? undefined : { entity, at: Number(second) };
    default:
      if (second === undefined) return { entity };
      return set === 'Locations' && TIME.test(second) ? { entity, at: Number(second) } : undefined;
  }
}

/** What both scopes have in common. Undefined: nothing. */
function bothOf(one: Scope, other: Scope): Scope | undefined {
  for (const key of ['entity', 'attribute', 'sensor', 'at'] as const) {
    if (one[key] !== undefined && other[key] !== undefined && one[key] !== other[key]) return undefined;
  }
  return { ...one, ...other };
}
