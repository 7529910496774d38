import { SourceError } from '../../outgoing/remote-error.ts';
import type { ItemProblem } from '../items/item-mapping.ts';
import { readTime } from '../items/times.ts';
import type { CsvColumn, CsvFormat } from './csv-format.ts';

/** A line of a table as an item, or why it is invalid. */
export type TableLine =
  | { readonly line: number; readonly data: Readonly<Record<string, unknown>> }
  | { readonly line: number; readonly problem: ItemProblem };

type Columns = Pick<CsvFormat, 'columns' | 'decimal'>;

/**
 * The lines of a table, of texts or, from a workbook, also of numbers and booleans.
 *
 * @param names the header
 * @param hint added to the header where a column is missing
 * @throws SourceError a declared column is missing
 */
export function readLines(
  names: readonly string[],
  records: readonly { readonly cells: readonly unknown[]; readonly line: number }[],
  format: Columns,
  hint = '',
): TableLine[] {
  const { columns = {} } = format;
  const missing = Object.keys(columns).find((column) => !names.includes(column));
  if (missing !== undefined) {
    const has = names.slice(0, 30).join(', ') || 'nothing';
    throw new SourceError(`the file has no column "${missing}", its header is: ${has}${hint}`);
  }
  const readers = names.map((name) => ({ name, ...columns[name] }));
  return records.map(({ cells, line }) => readLine(cells, line, readers, format));
}

type NamedColumn = CsvColumn & { readonly name: string };

function readLine(
  record: readonly unknown[],
  line: number,
  columns: readonly NamedColumn[],
  format: Columns,
): TableLine {
  if (record.length !== columns.length) {
    const message = `line ${line} has ${record.length} cells, expected ${columns.length} as in the header`;
    return { line, problem: { line, got: record.length, expected: `${columns.length} cells`, message, refused: true } };
  }
  const data: Record<string, unknown> = {};
  for (const [at, column] of columns.entries()) {
    const { name, as = name } = column;
    const cell = record[at] ?? '';
    const wrong = (expected: string): TableLine => ({
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
    const value = typeof cell === 'string' ? readCell(cell, column, format) : readTyped(cell, column);
    if (value === undefined) return wrong(expectedOf(column, format));
    data[as] = value;
  }
  return { line, data };
}

/** Of a workbook, whose cells have types. Undefined: it is not of the declared type. */
function readTyped(cell: unknown, column: CsvColumn): unknown {
  return column.type === undefined ? cell : readCell(String(cell), column, {});
}

/** Undefined: the text is not of that type. */
function readCell(cell: string, { type = 'text', ...time }: CsvColumn, { decimal = '.' }: Columns): unknown {
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

function expectedOf({ type = 'text', format = 'iso', timeZone }: CsvColumn, { decimal = '.' }: Columns): string {
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
