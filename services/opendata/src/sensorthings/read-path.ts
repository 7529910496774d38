import type { ReadPath } from './filter/evaluate.ts';
import { ExpressionFault } from './filter/expression.ts';
import { type Item, idOf, propertiesOf } from './items.ts';
import { LINKS, PROPERTIES, TEMPORAL } from './sets.ts';
import { distinct, itemsOf, linked } from './source.ts';

/** Reads what a path of `$filter` or `$orderby` names, from an item and those that it links to. */
export function readerOf(item: Item, publicUrl: string): ReadPath {
  return ([...path]) => {
    let items: readonly Item[] = [item];
    for (;;) {
      const [name = ''] = path;
      const set = (items[0] ?? item).set;
      const link = LINKS[set][name];
      if (link === undefined) return items.map((each) => valueAt(each, path, publicUrl));
      if (TEMPORAL.has(link.to) || set === 'Sensors' || set === 'ObservedProperties') {
        throw new ExpressionFault(`${name} of ${set} can't be followed in a condition`, true);
      }
      items = distinct(items.flatMap((each) => itemsOf(each.entity, link.to, linked(each, link.to).scope)));
      path.shift();
      if (path.length === 0) throw new ExpressionFault(`${name} is no property, but leads to ${link.to}`);
      if (items.length === 0) return [null];
    }
  };
}

function valueAt(item: Item, [name = '', ...further]: readonly string[], publicUrl: string): unknown {
  if (name === 'id' || name === '@iot.id') return idOf(item);
  if (!PROPERTIES[item.set].includes(name)) {
    throw new ExpressionFault(`${item.set} have no ${name}; known: id, ${PROPERTIES[item.set].join(', ')}`);
  }
  let value: unknown = propertiesOf(item, publicUrl)[name];
  for (const member of further) {
    const isThere = typeof value === 'object' && value !== null && Object.hasOwn(value, member);
    value = isThere ? (value as Record<string, unknown>)[member] : null;
  }
  return value ?? null;
}
