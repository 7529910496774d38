import { parse } from 'csv-parse/sync';
import { SourceError } from '../../outgoing/remote-error.ts';
import type { ItemProblem } from '../items/item-mapping.ts';
import { readTime } from '../items/times.ts';
import type { CsvColumn, CsvFormat } from './csv-format.ts';

/** A line of a CSV file as an item, or why it is invalid. */
type CsvLine =
  | { readonly line: number; readonly data: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly problem: ItemProblem };

const SEPARATORS = [',', ';', '\t', '|'];

/** Parses a file in its format. @throws SourceError the file as a whole is invalid */
export function readCsv(bytes: Uint8Array, format: CsvFormat): CsvLine[] {
  const { skipLines = 0, columns = {} } = format;
  const text = withoutLines(decoded(bytes, format), skipLines);
  let names: readonly string[] = format.header ?? [];
  const separator = format.separator ?? likelySeparator(text);
  let rows: { record: string[]; info: { lines: number } }[];
  try {
    const read: unknown = parse(text, {
      bom: true,
      delimiter: separator,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    // Has this shape because of the option `info`, which the types only support with column names.
    rows = read as typeof rows;
  } catch (cause) {
    throw new SourceError(`the file is not CSV: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  if (format.header === undefined) names = rows.shift()?.record ?? [];
  const missing = Object.keys(columns).find((column) => !names.includes(column));
  if (missing !== undefined) {
    const has = names.slice(0, 30).join(', ') || 'nothing';
    throw new SourceError(
      `the file has no column "${missing}", its header is: ${has} (separator ${JSON.stringify(separator)})`,
    );
  }
  const readers = names.map((name) => ({ name, ...columns[name] }));
  return rows.map(({ record, info }) => readLine(record, info.lines + skipLines, readers, format));
}

type NamedColumn = CsvColumn & { readonly name: string };

function readLine(
  record: readonly string[],
  line: number,
  columns: readonly NamedColumn[],
  format: CsvFormat,
): CsvLine {
  if (record.length !== columns.length) {
    const message = `line ${line} has ${record.length} cells, expected ${columns.length} as in the header`;
    return { line, problem: { line, got: record.length, expected: `${columns.length} cells`, message, refused: true } };
  }
  const data: Record<string, unknown> = {};
  for (const [at, column] of columns.entries()) {
    const { name, as = name } = column;
    const cell = record[at] ?? '';
    const wrong = (expected: string): CsvLine => ({
      line,
      problem: {
        line,
        field: name,
        got: cell,
        expected,
        message: `${name} is "${cell}", expected ${expected}`,
        refused: true,
      },
    });
    if (cell === '') {
      if (column.required === true) return wrong('a value');
      continue;
    }
    const value = readCell(cell, column, format);
    if (value === undefined) return wrong(expectedOf(column, format));
    data[as] = value;
  }
  return { line, data };
}

/** Undefined: the text is not of that type. */
function readCell(cell: string, { type = 'text', ...time }: CsvColumn, { decimal = '.' }: CsvFormat): unknown {
  switch (type) {
    case 'text':
      return cell;
    case 'number':
    case 'integer': {
      const number = readNumber(cell, decimal);
      return number === undefined || (type === 'integer' && !Number.isInteger(number)) ? undefined : number;
    }
    case 'boolean':
      return BOOLEANS.get(cell.toLowerCase());
    case 'date':
      return readTime(cell, time);
  }
}

const BOOLEANS = new Map([
  ...['true', '1', 'yes', 'oui', 'vrai', 'ja', 'x', 'on'].map((word) => [word, true] as const),
  ...['false', '0', 'no', 'non', 'faux', 'nein', 'off'].map((word) => [word, false] as const),
]);

/** Ignores blanks between thousands, including the narrow ones used in French. */
function readNumber(cell: string, decimal: '.' | ','): number | undefined {
  const bare = cell.replace(/(?<=\d)[\s\u00a0\u202f](?=\d{3})/g, '');
  const pattern = decimal === ',' ? /^[+-]?\d+(,\d+)?([eE][+-]?\d+)?$/ : /^[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?$/;
  return pattern.test(bare) ? Number(bare.replace(',', '.')) : undefined;
}

function expectedOf({ type = 'text', format = 'iso', timeZone }: CsvColumn, { decimal = '.' }: CsvFormat): string {
  switch (type) {
    case 'number':
      return `a number with a decimal ${decimal === ',' ? 'comma' : 'point'}`;
    case 'integer':
      return 'a whole number';
    case 'boolean':
      return 'true or false, 1 or 0, yes or no, oui or non';
    case 'date':
      return `a time written as ${format}${timeZone === undefined ? '' : ` in ${timeZone}`}`;
    case 'text':
      return 'a text';
  }
}

function decoded(bytes: Uint8Array, { encoding = 'utf-8' }: CsvFormat): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SourceError(`the file is not ${encoding}; csv.encoding may be utf-8, latin1 or windows-1252`, { cause });
  }
}

function withoutLines(text: string, lines: number): string {
  let start = 0;
  for (let line = 0; line < lines; line += 1) {
    const end = text.indexOf('\n', start);
    if (end < 0) return '';
    start = end + 1;
  }
  return start === 0 ? text : text.slice(start);
}

function likelySeparator(text: string): string {
  const header = text.split(/\r?\n/, 1)[0] ?? '';
  const counts = SEPARATORS.map((separator) => ({ separator, count: header.split(separator).length }));
  return counts.reduce((best, other) => (other.count > best.count ? other : best)).separator;
}
