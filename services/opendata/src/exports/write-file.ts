import { createHash } from 'node:crypto';
import type { FileFormat } from '../catalogue/formats.ts';
import type { Dataset } from '../datasets/dataset.ts';
import type { Chunks, Table } from './table.ts';
import { writeIcs } from './write-ics.ts';
import { writeParquet } from './write-parquet.ts';
import { writeCsv, writeGeoJson } from './write-text.ts';
import { writeXlsx } from './write-xlsx.ts';

/** The number of rows per batch: each is written in one turn of the event loop. */
export const ROWS_AT_ONCE = 500;
const PART_BYTES = 1024 * 1024;

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

/** Combines chunks to parts of one megabyte. */
export async function* inParts(
  chunks: AsyncIterable<Uint8Array | string>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    const bytes =
      typeof chunk === 'string' ? Buffer.from(chunk) : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    for (let from = 0; from < bytes.length; ) {
      const taken = bytes.subarray(from, from + PART_BYTES - size);
      waiting.push(taken);
      size += taken.length;
      from += taken.length;
      if (size < PART_BYTES) continue;
      yield Buffer.concat(waiting);
      waiting = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(waiting);
}

/** The id of a query of a dataset in its present state: the same query gets the same file. */
export function fileId(
  { tenant, id, digest }: Pick<Dataset, 'tenant' | 'id' | 'digest'>,
  format: FileFormat,
  query: Readonly<Record<string, string>>,
): string {
  const asked = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([tenant, id, digest, format, asked]))
    .digest('hex')
    .slice(0, 32);
}
