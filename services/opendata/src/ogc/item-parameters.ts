import { oneOf, type ParameterShape, readQuery, text, wholeNumber } from '@alzette/kit/parameters';
import { refused } from '@alzette/kit/problems';
import type { FastifyRequest } from 'fastify';
import { type Expression, FilterFault } from '../cql2/expression.ts';
import { readJson } from '../cql2/read-json.ts';
import { readText } from '../cql2/read-text.ts';
import type { Dataset } from '../datasets/dataset.ts';
import { type Crs, crsOf } from './crs.ts';

export const DEFAULT_LIMIT = 100;
/** The maximum page size. */
export const MAX_ITEMS = 10_000;
const LONGEST_FILTER = 8_000;

/** The parameters of items, without those for the properties of a collection. */
export const ITEM_QUERY = {
  limit: wholeNumber({ min: 1, max: Number.MAX_SAFE_INTEGER, default: DEFAULT_LIMIT }),
  cursor: text({ max: 2000 }),
  bbox: text({ max: 200 }),
  'bbox-crs': text(),
  crs: text(),
  datetime: text({ max: 80 }),
  filter: text({ max: LONGEST_FILTER }),
  'filter-lang': oneOf(['cql2-text', 'cql2-json']),
  'filter-crs': text(),
  f: oneOf(['json', 'html']),
} as const;

/** The parsed query of a collection. Times are ISO 8601; a missing one is open. */
export interface ItemQuery {
  readonly limit: number;
  /** The page begins after this id. */
  readonly cursor?: string;
  readonly bbox?: readonly number[];
  readonly bboxCrs: Crs;
  readonly crs: Crs;
  readonly from?: string;
  readonly to?: string;
  readonly filter?: Expression;
  readonly filterCrs: Crs;
  /** The required values of properties, as text. */
  readonly equals: readonly { readonly property: string; readonly value: string }[];
}

/** All features, from the first, in CRS84. */
export const CRS84_QUERY: Omit<ItemQuery, 'limit'> = {
  bboxCrs: crsOf(undefined, 'bbox-crs'),
  crs: crsOf(undefined, 'crs'),
  filterCrs: crsOf(undefined, 'filter-crs'),
  equals: [],
};

/**
 * @param also additional parameters of the route
 * @throws Problem 400: names the parameter
 */
export function readItemQuery(request: FastifyRequest, { definition }: Dataset, also: ParameterShape = {}): ItemQuery {
  const properties = Object.fromEntries(definition.columns.map(({ name }) => [name, text({ max: 500 })]));
  const read = readQuery(request, { ...properties, ...also, ...ITEM_QUERY });
  const bbox = read.bbox === undefined ? undefined : readBBox(read.bbox);
  const period = read.datetime === undefined ? {} : readPeriod(read.datetime);
  const filter = read.filter === undefined ? undefined : readFilter(read.filter, read['filter-lang']);
  const given = read as { readonly [name: string]: unknown };
  return {
    limit: Math.min(read.limit, MAX_ITEMS),
    ...(read.cursor !== undefined && { cursor: Buffer.from(read.cursor, 'base64url').toString() }),
    ...(bbox && { bbox }),
    bboxCrs: crsOf(read['bbox-crs'], 'bbox-crs'),
    crs: crsOf(read.crs, 'crs'),
    ...period,
    ...(filter !== undefined && { filter }),
    filterCrs: crsOf(read['filter-crs'], 'filter-crs'),
    equals: definition.columns.flatMap(({ name }) => {
      const value = given[name];
      return typeof value === 'string' ? [{ property: name, value }] : [];
    }),
  };
}

const BBOX = 'four numbers (or six, with heights) with commas between: the lower corner, then the upper one';

function readBBox(text: string): readonly number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const isWhole = (numbers.length === 4 || numbers.length === 6) && numbers.every(Number.isFinite);
  if (!isWhole) throw refused('bbox', text, BBOX);
  return numbers.length === 4 ? numbers : [numbers[0], numbers[1], numbers[3], numbers[4]].map(Number);
}

const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d))?$/;
const PERIOD = 'a time such as 2026-03-29T08:00:00Z, or two with a slash between, of which one may be ".."';

function readPeriod(written: string): { from?: string; to?: string } {
  const parts = written.replaceAll(' ', '+').split('/');
  if (parts.length > 2) throw refused('datetime', written, PERIOD);
  const [from, to] = parts.map((part) => {
    if ((part === '..' || part === '') && parts.length === 2) return undefined;
    const date = new Date(part);
    if (!INSTANT.test(part) || Number.isNaN(date.getTime())) throw refused('datetime', written, PERIOD);
    return { date, isDay: part.length === 10 };
  });
  const last = parts.length === 1 ? from : to;
  if (parts.length === 2 && from === undefined && last === undefined) throw refused('datetime', written, PERIOD);
  // A day lasts until its last millisecond.
  const end = last && new Date(last.date.getTime() + (last.isDay ? 86_399_999 : 0));
  if (from && end && from.date > end) throw refused('datetime', written, 'a start that is not after the end');
  return { ...(from && { from: from.date.toISOString() }), ...(end && { to: end.toISOString() }) };
}

function readFilter(written: string, language: 'cql2-text' | 'cql2-json' | undefined): Expression {
  const isJson = language === 'cql2-json' || (language === undefined && written.trimStart().startsWith('{'));
  try {
    return isJson ? readJson(written) : readText(written);
  } catch (cause) {
    throw filterProblem(written, cause);
  }
}

/** The problem for an invalid filter, for the client. */
export function filterProblem(filter: unknown, cause: unknown): Error {
  if (!(cause instanceof FilterFault)) return cause as Error;
  return refused('filter', filter, `${filterKind(filter)}: ${cause.message}`);
}

function filterKind(filter: unknown): string {
  return typeof filter === 'string' && filter.trimStart().startsWith('{') ? 'CQL2 JSON' : 'CQL2 text';
}
