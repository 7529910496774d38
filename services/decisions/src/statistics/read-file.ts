import { parse } from 'csv-parse/sync';
import type { Flow, Observed } from '../contract/statistics.ts';
import { columnPattern } from './columns.ts';
import { presentCode } from './moves.ts';
import type { Ground, Observation, Read, Variable } from './observation.ts';
import { placeIn } from './places.ts';

export interface FileGiven {
  readonly flow: Flow;
  readonly bytes: Uint8Array;
  /** The year of the communes in the file. */
  readonly vintage: number;
  /** The year of the values, if the file does not tell. */
  readonly period?: string;
  readonly ground: Ground;
}

type Cell = { readonly value?: number; readonly status: Observed['status'] };
interface Row {
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}
interface Gathered {
  readonly variable: Variable;
  readonly code: string;
  readonly commune?: string;
  readonly period: string;
  readonly cells: Cell[];
  /** Of communes that were merged since; one: none. */
  readonly origins: Set<string>;
}

const MOST_REJECTED = 100;

/** Reads a file of statistics by the description of its flow. @throws Error: the file as a whole is unreadable */
export function readFile({ flow, bytes, vintage, period, ground }: FileGiven): Read {
  const { names, rows } = tableOf(bytes);
  const columns = columnsOf(flow, names, period);
  const gathered = new Map<string, Gathered>();
  const rejected: { line: number; reason: string }[] = [];
  let [moved, outside] = [0, 0];
  const seen = new Set<string>();
  for (const row of rows) {
    if (!counts(flow, row.cells, seen)) continue;
    const place = placeIn(flow, row.cells, ground);
    if ('reason' in place) {
      rejected.push({ line: row.line, reason: place.reason });
      continue;
    }
    const isCommune = flow.place.level === 'commune';
    const present = isCommune ? presentCode(place.code, vintage, ground.moves) : place.code;
    const commune = isCommune ? present : place.commune;
    if (isOutside(flow, commune, ground)) {
      outside += 1;
      continue;
    }
    if (present !== place.code) moved += 1;
    for (const { variable, column, year } of columns) {
      if (variable.when !== undefined && row.cells[variable.when.column] !== variable.when.is) continue;
      const at = year ?? periodIn(flow, row.cells);
      const cell = cellOf(flow, variable, row.cells, column);
      const reason = at === undefined ? 'the row has no year' : 'reason' in cell ? cell.reason : undefined;
      if (at === undefined || 'reason' in cell) {
        rejected.push({ line: row.line, reason: reason ?? '' });
        continue;
      }
      const key = `${variable.id} ${present} ${at}`;
      const found = gathered.get(key) ?? {
        variable,
        code: present,
        ...(commune !== undefined && { commune }),
        period: at,
        cells: [],
        origins: new Set<string>(),
      };
      found.cells.push(cell);
      found.origins.add(place.code);
      gathered.set(key, found);
    }
  }
  const observations = [...gathered.values()].map(combined);
  return {
    observations,
    report: {
      rows: rows.length,
      values: observations.filter(({ value }) => value !== undefined).length,
      withheld: observations.filter(({ status }) => status === 'withheld').length,
      moved,
      outside,
      rejected: rejected.slice(0, MOST_REJECTED),
    },
  };
}

function counts({ rows = [], distinct }: Flow, cells: Row['cells'], seen: Set<string>): boolean {
  const isWanted = rows.every(({ column, is, isNot }) => {
    const value = cells[column] ?? '';
    return (is === undefined || is.includes(value)) && !(isNot ?? []).includes(value);
  });
  if (!isWanted || distinct === undefined) return isWanted;
  const key = cells[distinct] ?? '';
  if (key === '') return true;
  const isNew = !seen.has(key);
  seen.add(key);
  return isNew;
}

/** Several rows of one place and year as a value. A sum with a part that is withheld is withheld: it has no bound. */
function combined({ variable, code, commune, period, cells, origins }: Gathered): Observation {
  const shared = { variable: variable.id, code, ...(commune !== undefined && { commune }), period };
  const [first = { status: 'notAvailable' as const }] = cells;
  if (variable.combine === 'count') return { ...shared, value: cells.length, status: 'observed' };
  if (cells.length === 1) return { ...shared, ...first };
  if (variable.combine === 'median') {
    const values = cells.flatMap(({ value }) => value ?? []).sort((a, b) => a - b);
    const half = (values.length - 1) / 2;
    const middle = ((values[Math.floor(half)] ?? 0) + (values[Math.ceil(half)] ?? 0)) / 2;
    return values.length === 0
      ? { ...shared, status: 'notAvailable' }
      : { ...shared, value: middle, status: 'observed' };
  }
  const mayAdd = variable.combine === 'sum' || (origins.size === cells.length && variable.isAddable);
  if (!mayAdd) return { ...shared, status: 'notAvailable' };
  const unknown = cells.find(({ value }) => value === undefined);
  if (unknown !== undefined) return { ...shared, status: unknown.status };
  return { ...shared, value: cells.reduce((sum, { value = 0 }) => sum + value, 0), status: first.status };
}

/** The columns of the file that hold a variable, each with its year if its name has one. */
function columnsOf(flow: Flow, names: readonly string[], period: string | undefined) {
  const found = flow.variables.flatMap((variable) => {
    const pattern = columnPattern(variable.column);
    return names.flatMap((column) => {
      const match = pattern.exec(column);
      if (match === null) return [];
      const { yy, yyyy } = match.groups ?? {};
      const year = yyyy ?? (yy === undefined ? undefined : `20${yy}`);
      return [{ variable, column, year: year ?? (flow.period === undefined ? period : undefined) }];
    });
  });
  if (found.length === 0) {
    const wanted = flow.variables.map(({ column }) => column).join(', ');
    throw new Error(`got the columns ${names.slice(0, 20).join(', ') || 'none'}, expected some of ${wanted}`);
  }
  if (flow.period === undefined && found.some(({ year }) => year === undefined))
    throw new Error('got no year, expected `period`: neither rows nor names of columns have one');
  return found;
}

function periodIn({ period }: Flow, cells: Row['cells']): string | undefined {
  const text = period === undefined ? '' : (cells[period.column] ?? '');
  switch (period?.form) {
    case 'yy':
      return /^\d\d$/.test(text) ? `20${text}` : undefined;
    case 'yyyy':
    case 'date':
      return /^\d{4}/.exec(text)?.[0];
    case 'frenchDate':
      return /^\d\d\/\d\d\/(\d{4})$/.exec(text)?.[1];
    default:
      return undefined;
  }
}

function cellOf(
  {
    withheld = ['', 's', 'c'],
    notSignificant = ['ns'],
    notAvailable = ['nd', 'NA', 'N/A', '-'],
    imputed,
    published,
  }: Flow,
  { combine }: Variable,
  cells: Row['cells'],
  column: string,
): Cell | { readonly reason: string } {
  const text = cells[column] ?? '';
  if (combine === 'count') return { status: 'observed' };
  if (published !== undefined && cells[published.column] !== published.is) return { status: 'withheld' };
  if (withheld.includes(text)) return { status: 'withheld' };
  if (notSignificant.includes(text)) return { status: 'notSignificant' };
  if (notAvailable.includes(text)) return { status: 'notAvailable' };
  const value = numberOf(text);
  if (value === undefined) return { reason: `${column}: got "${text.slice(0, 40)}", expected a number` };
  return { value, status: imputed !== undefined && cells[imputed.column] === imputed.is ? 'imputed' : 'observed' };
}

/** With a decimal point or comma, and blanks between thousands. */
function numberOf(text: string): number | undefined {
  const bare = text.replace(/(?<=\d)[\s\u00a0\u202f](?=\d{3})/g, '').replace(',', '.');
  return /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(bare) ? Number(bare) : undefined;
}

function isOutside({ place: { level } }: Flow, commune: string | undefined, { communes }: Ground): boolean {
  if (level === 'country' || communes.length === 0) return false;
  return !communes.some(({ code }) => code === commune);
}

function tableOf(bytes: Uint8Array): { readonly names: readonly string[]; readonly rows: readonly Row[] } {
  const text = textOf(bytes);
  const header = text.split(/\r?\n/, 1)[0] ?? '';
  const separators = [';', ',', '|', '\t'].map((delimiter) => ({ delimiter, count: header.split(delimiter).length }));
  const { delimiter } = separators.reduce((best, each) => (each.count > best.count ? each : best));
  const read: unknown = parse(text, {
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  // The option `info` gives this shape, which the types know only with names of columns.
  const records = read as { readonly record: readonly string[]; readonly info: { readonly lines: number } }[];
  const names = records[0]?.record ?? [];
  const rows = records.slice(1).map(({ record, info }) => ({
    line: info.lines,
    cells: Object.fromEntries(names.map((name, at) => [name, record[at] ?? ''])),
  }));
  return { names, rows };
}

/** UTF-8, or else the code page of older French files. */
function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}
