import { type Expression, ExpressionFault } from './expression.ts';
import { asInstant, FUNCTIONS, NULL, type Value } from './functions.ts';
import type { Order } from './parse.ts';

/** Reads a property of an item, also of those that it links to: all the values that it finds. */
export type ReadPath = (path: readonly string[]) => readonly Value[];

/** Whether an item matches. To a path of several items, one of them is enough. */
export const matches = (filter: Expression, read: ReadPath): boolean => truthOf(filter, read) === true;

/** Null: it compares what is not there, so that neither the condition nor its negation holds. */
function truthOf(expression: Expression, read: ReadPath): boolean | null {
  const values = valuesOf(expression, read);
  if (values.includes(true)) return true;
  return values.includes(false) ? false : null;
}

function valuesOf(expression: Expression, read: ReadPath): readonly Value[] {
  if (expression.kind === 'literal') return [expression.value];
  if (expression.kind === 'path') return read(expression.path);
  const { name, args } = expression;
  if (name === 'and' || name === 'or' || name === 'not') return [connected(name, args, read)];
  return combinations(args.map((each) => valuesOf(each, read))).map((values) => apply(name, values));
}

function connected(name: 'and' | 'or' | 'not', args: readonly Expression[], read: ReadPath): boolean | null {
  const [left, right] = args as [Expression, Expression];
  const first = truthOf(left, read);
  if (name === 'not') return first === null ? null : !first;
  const decisive = name === 'or';
  if (first === decisive) return decisive;
  const second = truthOf(right, read);
  if (second === decisive) return decisive;
  return first === null || second === null ? null : !decisive;
}

const MAX_COMBINATIONS = 1_000;

function combinations(lists: readonly (readonly Value[])[]): readonly Value[][] {
  let all: Value[][] = [[]];
  for (const list of lists) {
    all = all.flatMap((before) => list.map((value) => [...before, value]));
    if (all.length > MAX_COMBINATIONS) throw new ExpressionFault('it compares too many linked items', true);
  }
  return all;
}

function apply(name: string, values: readonly Value[]): Value {
  const [left = null, right = null] = values;
  if (name === 'eq' || name === 'ne') {
    const isSame = left === null || right === null ? left === right : compare(left, right) === 0;
    return isSame === (name === 'eq');
  }
  const isNull = values.some((value) => value === null || value === undefined);
  if (name === 'gt' || name === 'ge' || name === 'lt' || name === 'le') {
    const order = isNull ? undefined : compare(left, right);
    if (order === undefined) return null;
    if (name === 'gt' || name === 'lt') return name === 'gt' ? order > 0 : order < 0;
    return name === 'ge' ? order >= 0 : order <= 0;
  }
  if (isNull) return null;
  try {
    return FUNCTIONS.get(name)?.run(...values) ?? null;
  } catch (error) {
    if (error === NULL) return null;
    throw error;
  }
}

/** Undefined: they are of types that can't be compared. */
function compare(left: Value, right: Value): number | undefined {
  if (isInstant(left) || isInstant(right)) {
    try {
      return asInstant(left).instant - asInstant(right).instant;
    } catch (error) {
      if (error === NULL) return undefined;
      throw error;
    }
  }
  if (typeof left !== typeof right) return undefined;
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  if (typeof left === 'string' && typeof right === 'string') return left < right ? -1 : left > right ? 1 : 0;
  if (typeof left === 'boolean') return Number(left) - Number(right);
  return undefined;
}

const isInstant = (value: Value): boolean => typeof value === 'object' && value !== null && 'instant' in value;

/** Sorts by the first value of each expression; null comes first in ascending order (`$orderby`). */
export function sorted<T>(items: readonly T[], orders: readonly Order[], readOf: (item: T) => ReadPath): T[] {
  const keyed = items.map((item) => ({ item, keys: orders.map(({ by }) => valuesOf(by, readOf(item))[0] ?? null) }));
  keyed.sort((one, other) => {
    for (const [index, { isDescending }] of orders.entries()) {
      const order = inOrder(one.keys[index], other.keys[index]);
      if (order !== 0) return isDescending ? -order : order;
    }
    return 0;
  });
  return keyed.map(({ item }) => item);
}

function inOrder(one: Value, other: Value): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  return compare(one, other) ?? (typeof one < typeof other ? -1 : 1);
}
