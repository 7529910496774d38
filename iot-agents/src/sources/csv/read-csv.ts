import { parse } from 'csv-parse/sync';
import { SourceError } from '../../outgoing/remote-error.ts';
import type { CsvFormat } from './csv-format.ts';
import { readLines, type TableLine } from './read-lines.ts';

const SEPARATORS = [',', ';', '\t', '|'];

/** Parses a file in its format. @throws SourceError the file as a whole is invalid */
export function readCsv(bytes: Uint8Array, format: CsvFormat): TableLine[] {
  const { skipLines = 0 } = format;
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
  const records = rows.map(({ record, info }) => ({ cells: record, line: info.lines + skipLines }));
  return readLines(names, records, format, ` (separator ${JSON.stringify(separator)})`);
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
