import { createHash } from 'node:crypto';
import type { FileFormat } from '../catalogue/formats.ts';
import type { Chunks, Table } from './table.ts';
import { writeIcs } from './write-ics.ts';
import { writeParquet } from './write-parquet.ts';
import { writeCsv, writeGeoJson } from './write-text.ts';
import { writeXlsx } from './write-xlsx.ts';

/** The number of rows per batch. */
export const ROWS_AT_ONCE = 2_000;

/** Writes a table as a file, chunk by chunk, with constant memory. */
export function writeFile(format: FileFormat, table: Table, separator: ',' | ';'): Chunks {
  switch (format) {
    case 'csv':
      return writeCsv(table, separator);
    case 'geojson':
      return writeGeoJson(table);
    case 'xlsx':
      return writeXlsx(table);
    case 'parquet':
      return writeParquet(table);
    case 'ics':
      return writeIcs(table);
  }
}

/** The id of a query of a dataset in its present state: the same query gets the same file. */
export function fileId(digest: string, format: FileFormat, query: Readonly<Record<string, string>>): string {
  const asked = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([digest, format, asked]))
    .digest('hex')
    .slice(0, 32);
}
