import { matches } from './filter/evaluate.ts';
import type { Expression } from './filter/expression.ts';
import type { Item } from './items.ts';
import { type Options, problemOf } from './options.ts';
import { type Asked, type Page, pageOf, tooMany } from './page.ts';
import { listPast } from './past.ts';
import { narrow } from './push-down.ts';
import { readerOf } from './read-path.ts';
import { TEMPORAL } from './sets.ts';
import { type Collection, countEntities, distinct, entitiesOf, itemsOf, type Source } from './source.ts';

const PAGE = 100;
const MOST = 1_000;
/** Entities that one request looks at before its page ends. */
const LOOKS_AT = 2_000;
/** Entities of which all items are sorted or counted. */
const WHOLE = 10_000;

/** A page of a set (`$filter`, `$count`, `$orderby`, `$skip`, `$top`). @throws Problem 400, 501: names the option */
export async function list(source: Source, collection: Collection, options: Options): Promise<Page> {
  try {
    const narrowed = narrow(collection.set, options.filter);
    const limit = Math.min(options.top ?? PAGE, MOST);
    const asked = { collection, narrowed, options, limit, fits: conditionOf(source, narrowed.rest) };
    if (TEMPORAL.has(collection.set)) return await listPast(source, asked);
    return needsAll(asked) ? await listWhole(source, asked) : await listOn(source, asked);
  } catch (error) {
    throw problemOf(options.order === undefined ? '$filter' : '$filter, $orderby', error);
  }
}

function conditionOf({ publicUrl }: Source, rest: Expression | undefined): Asked['fits'] {
  return rest === undefined ? () => true : (item) => matches(rest, readerOf(item, publicUrl));
}

/** The same sensor or property occurs in many entities, so its first one is only known in the whole. */
function needsAll({ collection: { set }, narrowed: { rest }, options: { order, count } }: Asked): boolean {
  if (order !== undefined || set === 'Sensors' || set === 'ObservedProperties') return true;
  return count && (set !== 'Things' || rest !== undefined);
}

async function listWhole(source: Source, { collection, narrowed, options, limit, fits }: Asked): Promise<Page> {
  const { set, scope } = collection;
  let found: Item[] = [];
  let looked = 0;
  for await (const { entity } of entitiesOf(source, scope, narrowed)) {
    if (++looked > WHOLE) throw tooMany(`${WHOLE} entities`);
    found.push(...itemsOf(entity, set, scope).filter(fits));
  }
  if (set === 'Sensors' || set === 'ObservedProperties') found = distinct(found);
  return pageOf(source, found, options, limit);
}

/** Goes on where the last page ended. */
async function listOn(source: Source, { collection, narrowed, options, limit, fits }: Asked): Promise<Page> {
  const { set, scope } = collection;
  const [start = 0, first = 0] = options.from ?? [];
  const count = options.count ? { count: await countEntities(source, scope, narrowed) } : {};
  const items: Item[] = [];
  let { skip } = options;
  if (limit === 0) return { items, ...count };
  for await (const { entity, position } of entitiesOf(source, scope, narrowed, start)) {
    if (position - start >= LOOKS_AT) return { items, ...count, next: { skip, from: [position, 0] } };
    for (const [index, item] of itemsOf(entity, set, scope).entries()) {
      if ((position === start && index < first) || !fits(item)) continue;
      if (skip > 0) skip--;
      else if (items.length < limit) items.push(item);
      else return { items, ...count, next: { from: [position, index] } };
    }
  }
  return { items, ...count };
}
