import { refused } from '@alzette/kit/problems';
import type { Expression } from '../cql2/expression.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { MAX_ITEMS } from '../ogc/item-parameters.ts';
import { type ItemOrder, queryColumns } from '../ogc/items.ts';

/** A query of PostgREST: columns, conditions, order and page. */
export interface RowsQuery {
  /** The columns to answer, with their names in the answer. */
  readonly select: readonly { readonly column: string; readonly as: string }[];
  readonly filter?: Expression;
  readonly order: readonly ItemOrder[];
  readonly limit: number;
  readonly offset: number;
}

const COMPARED: { readonly [operator: string]: string } = {
  eq: '=',
  neq: '<>',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};
const OPERATORS = `${Object.keys(COMPARED).join(', ')}, in, like, is (null, true, false), each also after not.`;
const RESERVED = new Set(['select', 'order', 'limit', 'offset']);
const MAX_CONDITIONS = 50;

/** @throws Problem 400: names the parameter */
export function readRowsQuery(
  query: Readonly<Record<string, string | readonly string[]>>,
  range: string | undefined,
  dataset: Dataset,
): RowsQuery {
  const kinds = kindsOf(dataset);
  const last = (name: string) => [query[name] ?? []].flat().at(-1);
  const conditions = Object.entries(query)
    .filter(([name]) => !RESERVED.has(name))
    .flatMap(([name, values]) => [values].flat().map((value) => conditionOf(name, value, kinds)));
  if (conditions.length > MAX_CONDITIONS)
    throw refused('query', conditions.length, `at most ${MAX_CONDITIONS} conditions`);
  const [first, ...others] = conditions;
  const filter = others.length === 0 ? first : { op: 'and', args: conditions };
  return {
    select: readSelect(last('select') ?? '*', kinds),
    ...(filter !== undefined && { filter }),
    order: readOrder(last('order') ?? '', kinds),
    ...pageOf(last('limit'), last('offset'), range),
  };
}

type Kinds = ReadonlyMap<string, 'text' | 'number' | 'boolean' | 'time' | 'geometry'>;

function kindsOf({ definition }: Dataset): Kinds {
  return new Map([
    ['id', 'text'],
    ...queryColumns(definition).map(({ name, kind }) => [name, kind] as const),
    ['observed_at', 'time'],
    ...(definition.geometry ? [['geometry', 'geometry'] as const] : []),
  ]);
}

function known(parameter: string, name: string, kinds: Kinds): string {
  if (!kinds.has(name)) throw refused(parameter, name, `a column: ${[...kinds.keys()].join(', ')}`);
  return name;
}

/** `a,b` or `name:a`; `*` is all columns. */
function readSelect(text: string, kinds: Kinds): RowsQuery['select'] {
  return text.split(',').flatMap((part) => {
    if (part.trim() === '*') return [...kinds.keys()].map((column) => ({ column, as: column }));
    const [, as, column = ''] = /^(?:(\w+):)?(.+)$/.exec(part.trim()) ?? [];
    known('select', column, kinds);
    return [{ column, as: as ?? column }];
  });
}

/** `a.desc,b.asc.nullslast` */
function readOrder(text: string, kinds: Kinds): ItemOrder[] {
  if (text === '') return [];
  return text.split(',').map((part) => {
    const [name = '', ...words] = part.split('.');
    const wrong = words.find((word) => !/^(asc|desc|nullsfirst|nullslast)$/.test(word));
    if (wrong !== undefined) throw refused('order', part, 'asc, desc, nullsfirst or nullslast after the column');
    if (kinds.get(known('order', name, kinds)) === 'geometry')
      throw refused('order', name, 'a column without geometry');
    const isDescending = words.includes('desc');
    const nullsFirst = words.includes('nullsfirst') || (isDescending && !words.includes('nullslast'));
    return { property: name, isDescending, nullsFirst };
  });
}

/** `eq.45`, `not.in.(1,2)`, `is.null` */
function conditionOf(name: string, given: string, kinds: Kinds): Expression {
  const kind = kinds.get(known('query', name, kinds));
  const [, not, operator = '', value = ''] = /^(not\.)?([a-z]+)\.(.*)$/s.exec(given) ?? [];
  const property = { property: name };
  const literal = (text: string): Expression => {
    if (kind === 'number') return numberOf(name, text);
    if (kind === 'time') return timeOf(name, text);
    if (kind !== 'boolean') return text;
    if (text !== 'true' && text !== 'false') throw refused(name, text, 'true or false');
    return text === 'true';
  };
  const positive = (): Expression => {
    if (kind === 'geometry' && operator !== 'is') throw refused(name, given, 'is.null or not.is.null');
    if (COMPARED[operator] !== undefined) return { op: COMPARED[operator], args: [property, literal(value)] };
    if (operator === 'in') return { op: 'in', args: [property, listOf(name, value).map(literal)] };
    if (operator === 'like' && kind !== 'text') throw refused(name, given, 'like only of a column of text');
    if (operator === 'like') return { op: 'like', args: [property, value.replaceAll('*', '%')] };
    if (operator === 'is' && value === 'null') return { op: 'isNull', args: [property] };
    if (operator === 'is' && kind === 'boolean' && /^(true|false)$/.test(value))
      return { op: '=', args: [property, value === 'true'] };
    throw refused(name, given, `an operator and a value, such as eq.1: ${OPERATORS}`);
  };
  return not === undefined ? positive() : { op: 'not', args: [positive()] };
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number)) throw refused(name, text, 'a number');
  return number;
}

function timeOf(name: string, text: string): Expression {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw refused(name, text, 'a date and time');
  return { timestamp: time.toISOString() };
}

/** `(a,"b, c")` */
function listOf(name: string, text: string): string[] {
  const [, inside] = /^\((.+)\)$/s.exec(text) ?? [];
  if (inside === undefined) throw refused(name, text, 'a list in parentheses: in.(1,2)');
  return [...inside.matchAll(/"((?:[^"\\]|\\.)*)"|([^,]+)/g)].map(
    ([, quoted, plain = '']) => quoted?.replace(/\\(.)/g, '$1') ?? plain.trim(),
  );
}

function pageOf(limit: string | undefined, offset: string | undefined, range: string | undefined) {
  const [, from = '0', to] = /^(\d+)-(\d*)$/.exec(range ?? '') ?? [];
  const first = offset === undefined ? Number(from) : wholeOf('offset', offset);
  const asked = limit === undefined ? (to ? Number(to) - Number(from) + 1 : MAX_ITEMS) : wholeOf('limit', limit);
  return { limit: Math.max(0, Math.min(asked, MAX_ITEMS)), offset: first };
}

function wholeOf(name: string, text: string): number {
  if (!/^\d{1,12}$/.test(text)) throw refused(name, text, 'a whole number from 0');
  return Number(text);
}
