import type { Database } from '@alzette/kit/database';
import type { FastifyRequest } from 'fastify';
import type { FileFormat } from '../catalogue/formats.ts';
import { findPublished } from '../datasets/dataset-rows.ts';
import { allItems, countItems } from '../ogc/items.ts';
import type { OpenDataParts } from '../parts.ts';
import { readFileQuery } from './file-query.ts';
import { addPart, beginFile, endFile, findPrepared } from './prepared-rows.ts';
import type { Table } from './table.ts';
import { inParts, ROWS_AT_ONCE, writeFile } from './write-file.ts';

const MAX_BYTES = 2 * 1024 ** 3;

/**
 * Writes a requested file part by part and records the progress after each. A repeated call starts again.
 *
 * @throws Error: the dataset was refreshed in the meantime, or its rows can't be read
 */
export async function prepareFile(
  { db }: OpenDataParts,
  { tenant, file: id }: { readonly tenant: string; readonly file: string },
  { signal, isLastAttempt }: { readonly signal: AbortSignal; readonly isLastAttempt: boolean },
): Promise<{ rows: number; bytes: number } | undefined> {
  const asked = await findPrepared(db, tenant, id);
  if (asked === undefined || asked.state === 'done') return undefined;
  try {
    const dataset = await findPublished(db, { tenant, id: asked.dataset });
    if (dataset === undefined) throw new Error(`${asked.dataset} is no longer published`);
    const { query, separator } = readFileQuery({ query: JSON.parse(asked.query) } as FastifyRequest, dataset);
    await beginFile(db, id, await countItems(db, dataset, { ...query, limit: ROWS_AT_ONCE }));
    const batches = allItems(db, dataset, { ...query, limit: ROWS_AT_ONCE });
    return await writeParts(db, id, { format: asked.format, separator, table: { dataset, batches }, signal });
  } catch (cause) {
    await endFile(db, id, isLastAttempt ? 'failed' : 'waiting', cause instanceof Error ? cause.message : String(cause));
    throw cause;
  }
}

/**
 * Writes the parts of a file, records the progress after each, and finishes it.
 *
 * @throws Error: its rows can't be read, it is too large, or the signal is aborted
 */
export async function writeParts(
  db: Database,
  id: string,
  {
    format,
    separator,
    table,
    signal,
  }: {
    readonly format: FileFormat;
    readonly separator: ',' | ';';
    readonly table: Table;
    readonly signal: AbortSignal;
  },
): Promise<{ rows: number; bytes: number }> {
  let rows = 0;
  const batches: Table['batches'] = (async function* () {
    for await (const batch of table.batches) {
      signal.throwIfAborted();
      yield batch;
      rows += batch.length;
    }
  })();
  let bytes = 0;
  let position = 0;
  for await (const part of inParts(writeFile(format, { ...table, batches }, separator))) {
    bytes += part.length;
    if (bytes > MAX_BYTES) throw new Error(`the file would have more than ${MAX_BYTES} bytes: choose fewer rows`);
    await addPart(db, id, position, part, rows);
    position += 1;
  }
  await endFile(db, id, 'done');
  return { rows, bytes };
}
