import { bodyReader, object } from '@alzette/kit/bodies';
import { refused } from '@alzette/kit/problems';
import { FILE_FORMATS, type FileFormat, FORMAT_NAMES } from '../catalogue/formats.ts';
import type { Column, ColumnKind } from '../datasets/dataset.ts';

/** A cell of a table; null: it has no value. */
export type Cell = string | number | boolean | null;

/** A row of a table. */
export interface ViewRow {
  readonly id: string;
  /** The values in the order of the columns. */
  readonly values: readonly Cell[];
  /** ISO 8601. */
  readonly at?: string;
  /** Longitude, latitude (WGS 84). */
  readonly place?: readonly [number, number];
}

/** Entities by ids or by a query, in their present state or over a period. */
export interface ViewEntities {
  readonly ids?: readonly string[];
  readonly types?: readonly string[];
  readonly q?: string;
  readonly scopeQ?: string;
  /** West, south, east, north. */
  readonly bbox?: readonly [number, number, number, number];
  readonly period?: { readonly from: string; readonly to: string };
}

/** A column of a view. For a table it has its cells; for entities, the attribute. */
export type ViewColumn = Pick<Column, 'name' | 'kind' | 'path'> & { readonly attribute?: string };

/** The rows of a table, or entities, as an operator sees them. */
export interface View {
  readonly name: string;
  readonly format: FileFormat;
  readonly separator?: 'comma' | 'semicolon';
  /** Absent: all attributes of the first entities. */
  readonly columns?: readonly ViewColumn[];
  readonly rows?: readonly ViewRow[];
  readonly entities?: ViewEntities;
}

/** The maximum size of a body: as much as a browser shows in a table. */
export const MAX_BYTES = 12 * 1024 * 1024;
const MAX_ROWS = 100_000;
const MAX_COLUMNS = 100;
const TEXT = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });
const TIME = { type: 'string', format: 'date-time' };
const numbers = (count: number) => ({ type: 'array', items: { type: 'number' }, minItems: count, maxItems: count });

export const VIEW_BODY = object(
  {
    name: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' },
    format: { type: 'string', enum: FORMAT_NAMES },
    separator: { type: 'string', enum: ['comma', 'semicolon'] },
    columns: {
      type: 'array',
      minItems: 1,
      maxItems: MAX_COLUMNS,
      items: object(
        {
          name: TEXT(100),
          kind: { type: 'string', enum: ['text', 'number', 'boolean', 'time'] },
          attribute: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9_:-]{0,99}$' },
          path: { type: 'string', pattern: '^[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+){0,4}$', maxLength: 200 },
        },
        ['name', 'kind'],
      ),
    },
    rows: {
      type: 'array',
      maxItems: MAX_ROWS,
      items: object(
        {
          id: TEXT(500),
          values: {
            type: 'array',
            maxItems: MAX_COLUMNS,
            items: { type: ['string', 'number', 'boolean', 'null'], maxLength: 10_000 },
          },
          at: TIME,
          place: numbers(2),
        },
        ['id', 'values'],
      ),
    },
    entities: object({
      ids: { type: 'array', items: TEXT(500), maxItems: MAX_ROWS },
      types: { type: 'array', items: TEXT(500), minItems: 1, maxItems: 20 },
      q: TEXT(2000),
      scopeQ: TEXT(1000),
      bbox: numbers(4),
      period: object({ from: TIME, to: TIME }, ['from', 'to']),
    }),
  },
  ['name', 'format'],
);
const readBody = bodyReader<View>(VIEW_BODY);

/** Names that each row has in addition to its columns. */
const TAKEN = new Set(['id', 'observed_at', 'longitude', 'latitude', 'geometry']);
const KINDS: Readonly<Record<ColumnKind, string>> = {
  text: 'string',
  time: 'string',
  number: 'number',
  boolean: 'boolean',
};

/** @throws Problem 400: names the member */
export function readView(body: unknown): View {
  const view = readBody(body);
  const { columns = [], rows, entities, format } = view;
  if ((rows === undefined) === (entities === undefined)) {
    throw refused('rows', rows, 'either rows or entities');
  }
  const names = new Set<string>();
  columns.forEach(({ name, attribute }, at) => {
    const folded = name.toLowerCase();
    if (TAKEN.has(folded)) throw refused(`columns.${at}.name`, name, `another name than ${[...TAKEN].join(', ')}`);
    if (names.has(folded)) throw refused(`columns.${at}.name`, name, 'a unique column name');
    if (entities && attribute === undefined) throw refused(`columns.${at}.attribute`, undefined, 'a value');
    names.add(folded);
  });
  if (rows) checkRows(columns, rows, format);
  if (entities) checkEntities(entities);
  return view;
}

function checkRows(columns: readonly ViewColumn[], rows: readonly ViewRow[], format: FileFormat): void {
  if (columns.length === 0) throw refused('columns', undefined, 'the columns of the rows');
  rows.forEach(({ values }, row) => {
    if (values.length !== columns.length) {
      throw refused(`rows.${row}.values`, `${values.length} of them`, `${columns.length}, one for each column`);
    }
    const wrong = columns.findIndex(({ kind }, at) => values[at] !== null && typeof values[at] !== KINDS[kind]);
    const kind = columns[wrong]?.kind;
    if (kind) throw refused(`rows.${row}.values.${wrong}`, values[wrong], `null or a ${KINDS[kind]}`);
  });
  const has = (member: 'place' | 'at') => rows.some((row) => row[member] !== undefined);
  if (FILE_FORMATS[format].needsPlace && !has('place')) throw refused('format', format, 'rows with a place');
  if (format === 'ics' && !has('at')) throw refused('format', format, 'rows with a time');
}

function checkEntities({ ids, types, q, scopeQ, bbox, period }: ViewEntities): void {
  if (ids === undefined && types === undefined) throw refused('entities.types', undefined, 'ids or types');
  if (ids && (q ?? scopeQ ?? bbox) !== undefined)
    throw refused('entities.ids', `${ids.length} of them`, 'ids without a query');
  if (bbox && !(bbox[0] < bbox[2] && bbox[1] < bbox[3])) {
    throw refused('entities.bbox', bbox, 'west, south, east, north');
  }
  if (period && Date.parse(period.from) >= Date.parse(period.to)) {
    throw refused('entities.period.to', period.to, `a time after ${period.from}`);
  }
}
