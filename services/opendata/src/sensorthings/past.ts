import type { Item } from './items.ts';
import type { ObservedEntity, Stream } from './observed-entity.ts';
import { type Asked, type Page, pageOf, tooMany } from './page.ts';
import type { Narrowed } from './push-down.ts';
import { charge, entitiesOf, type Scope, type Source } from './source.ts';

/** Values that one request looks at, sorts or counts. */
const VALUES = 20_000;
/** Values that are read at once where a condition decides which of them are answered. */
const AT_ONCE = 1_000;
const BEGINNING = Date.parse('1900-01-01T00:00:00Z');
const END = Date.parse('9999-01-01T00:00:00Z');
const TIMES: ReadonlySet<string> = new Set(['phenomenonTime', 'resultTime', 'time']);
const PLACE = 'location';

/**
 * A page of Observations or HistoricalLocations: without `$orderby` those of one stream after another, the latest first.
 */
export async function listPast(source: Source, asked: Asked): Promise<Page> {
  const { order, count } = asked.options;
  const isLatestFirst = order === undefined || (isByTime(order) && order[0]?.isDescending === true);
  const isOfOne = streamNameOf(asked) !== undefined && entityOf(asked) !== undefined;
  if (count || !isLatestFirst || (order !== undefined && !isOfOne)) return gather(source, asked);
  return goOn(source, asked);
}

function isByTime(order: NonNullable<Asked['options']['order']>): boolean {
  const [first] = order;
  return order.length === 1 && first?.by.kind === 'path' && TIMES.has(first.by.path.join('/'));
}

const entityOf = ({ collection: { scope }, narrowed }: Asked) => scope.entity ?? narrowed.entity;

function streamNameOf({ collection: { set, scope }, narrowed }: Asked): string | undefined {
  return set === 'HistoricalLocations' ? PLACE : (scope.attribute ?? narrowed.attribute);
}

/** The streams of an entity that are asked; the places are one of them. */
function streamsOf(entity: ObservedEntity, asked: Asked): Stream[] {
  if (asked.collection.set === 'HistoricalLocations') {
    return entity.location === undefined ? [] : [{ attribute: PLACE, value: entity.location, at: END }];
  }
  const name = streamNameOf(asked);
  return entity.streams.filter(({ attribute }) => name === undefined || attribute === name);
}

async function goOn(source: Source, asked: Asked): Promise<Page> {
  const { collection, narrowed, options, limit } = asked;
  const [start = 0, first = 0, before] = options.from ?? [];
  const progress = { items: [] as Item[], skip: options.skip, looked: 0 };
  if (limit === 0) return { items: [] };
  for await (const { entity, position } of entitiesOf(source, collection.scope, ofStreams(narrowed), start)) {
    for (const [index, stream] of streamsOf(entity, asked).entries()) {
      if (position === start && index < first) continue;
      const isStart = position === start && index === first && before !== undefined;
      const end = await followStream(source, asked, { entity, stream, progress, ...(isStart && { before }) });
      if (end === undefined) continue;
      const skip = progress.skip > 0 ? { skip: progress.skip } : {};
      return { items: progress.items, next: { ...skip, from: [position, index, end] } };
    }
  }
  return { items: progress.items };
}

/** A place in the conditions is that of the entity. */
const ofStreams = ({ from: _from, to: _to, ...narrowed }: Narrowed): Narrowed => narrowed;

interface Followed {
  readonly entity: ObservedEntity;
  readonly stream: Stream;
  readonly progress: { readonly items: Item[]; skip: number; looked: number };
  /** Only values before this time. */
  readonly before?: number;
}

/** Adds the values of a stream. Resolves to the time before which the next page goes on, if this one is full. */
async function followStream(source: Source, asked: Asked, followed: Followed): Promise<number | undefined> {
  const { narrowed, limit, fits } = asked;
  const { entity, stream, progress, before } = followed;
  const { at, isLatest } = asked.collection.scope;
  let to = Math.min(at ?? narrowed.to ?? END, before === undefined ? END : before - 1);
  const from = at ?? narrowed.from ?? BEGINNING;
  for (;;) {
    const missing = limit - progress.items.length + progress.skip + 1;
    const wanted = isLatest ? 1 : narrowed.rest === undefined ? missing : AT_ONCE;
    const values = from > to ? [] : await valuesOf(source, entity, stream, { from, to, lastN: wanted });
    for (const past of values) {
      const item: Item = { set: asked.collection.set, entity, stream, past };
      if (!fits(item)) continue;
      if (progress.skip > 0) progress.skip--;
      else if (progress.items.length < limit) progress.items.push(item);
      else return past.at + 1;
    }
    const oldest = values.at(-1);
    if (oldest === undefined || values.length < wanted || isLatest) return undefined;
    progress.looked += values.length;
    if (progress.looked >= VALUES) return oldest.at;
    to = oldest.at - 1;
  }
}

type Past = NonNullable<Item['past']>;

/** The values of one stream in a period, the latest first. */
async function valuesOf(
  source: Source,
  { id }: ObservedEntity,
  { attribute }: Stream,
  period: { readonly from: number; readonly to: number; readonly lastN: number },
): Promise<Past[]> {
  charge(source, 'reads');
  const [found] = await samples(source, [id], [attribute], period);
  return (found?.attributes[attribute] ?? []).map(([value, at]) => ({ value, at })).toReversed();
}

function samples(
  { client, tenant, context }: Source,
  id: string[],
  attrs: string[],
  { from, to, lastN }: { readonly from: number; readonly to: number; readonly lastN: number },
) {
  // Places are often without a time of observation.
  const untimed = attrs.includes(PLACE);
  return client.queryTemporal({
    ...{ id, attrs, lastN, tenant, context, limit: id.length },
    ...{ from: new Date(from), to: new Date(to), ...(untimed && { untimed }) },
  });
}

/** A value of the past by its time. */
export async function pastAt(
  source: Source,
  { set, scope }: { readonly set: Item['set']; readonly scope: Scope },
  entity: ObservedEntity,
): Promise<Item[]> {
  const { at, attribute = PLACE } = scope;
  const stream = set === 'Observations' ? entity.streams.find((each) => each.attribute === attribute) : undefined;
  if (at === undefined || (set === 'Observations' && stream === undefined)) return [];
  const values = await valuesOf(source, entity, stream ?? { attribute: PLACE, value: undefined, at }, {
    from: at,
    to: at,
    lastN: 1,
  });
  return values.map((past) => ({ set, entity, ...(stream && { stream }), past }));
}

/** All values of the asked streams, to be sorted or counted. */
async function gather(source: Source, asked: Asked): Promise<Page> {
  const { collection, narrowed, options, limit, fits } = asked;
  const isLast = options.order !== undefined && isByTime(options.order) && options.order[0]?.isDescending === true;
  const isEnough = isLast && !options.count && narrowed.rest === undefined;
  const lastN = isEnough ? options.skip + limit + 1 : VALUES + 1;
  const { at } = collection.scope;
  const period = { from: at ?? narrowed.from ?? BEGINNING, to: at ?? narrowed.to ?? END, lastN };
  const found: Item[] = [];
  let looked = 0;
  const look = async (entities: readonly ObservedEntity[]) => {
    const attrs = [...new Set(entities.flatMap((each) => streamsOf(each, asked).map(({ attribute }) => attribute)))];
    if (attrs.length === 0) return;
    charge(source, 'reads');
    const ids = entities.map(({ id }) => id);
    const byId = new Map((await samples(source, ids, attrs, period)).map((each) => [each.id, each.attributes]));
    for (const entity of entities) {
      for (const stream of streamsOf(entity, asked)) {
        const values = byId.get(entity.id)?.[stream.attribute] ?? [];
        looked += values.length;
        if (looked > VALUES) throw tooMany(`${VALUES} values of the past`);
        const items = values.map(
          ([value, time]): Item => ({ set: collection.set, entity, stream, past: { at: time, value } }),
        );
        found.push(...items.toReversed().filter(fits));
      }
    }
  };
  let some: ObservedEntity[] = [];
  for await (const { entity } of entitiesOf(source, collection.scope, ofStreams(narrowed))) {
    if (some.push(entity) < ENTITIES) continue;
    await look(some);
    some = [];
  }
  await look(some);
  return pageOf(source, found, options, limit);
}

const ENTITIES = 50;
