import { createHash } from 'node:crypto';
import type { FileFormat } from '../catalogue/formats.ts';
import type { Chunks, Table } from './table.ts';
import { writeIcs } from './write-ics.ts';
import { writeParquet } from './write-parquet.ts';
import { writeCsv, writeGeoJson } from './write-text.ts';
import { writeXlsx } from './write-xlsx.ts';

/** Rows that are read at once. */
export const ROWS_AT_ONCE = 2_000;

/** A table as a file, chunk by chunk: what is in memory does not grow with its rows. */
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

/** The name of what is asked of a dataset as it is now: the same question gets the same file. */
export function fileId(digest: string, format: FileFormat, query: Readonly<Record<string, string>>): string {
  const asked = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([digest, format, asked]))
    .digest('hex')
    .slice(0, 32);
}
