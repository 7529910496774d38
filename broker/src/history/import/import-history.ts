import type { Database } from '../../database/database.ts';
import type { WriteLane } from '../../entities/write-lane/write-lane.ts';
import { NgsiLdError } from '../../model/errors.ts';
import {
  type MeasureColumns,
  type MeasureReader,
  type Measures,
  measureColumns,
  readEntity,
  readRow,
} from '../../model/measure.ts';
import type { NameExpander } from '../../model/names.ts';
import type { PastInstance } from '../../model/temporal/temporal-entity.ts';
import { badMember } from '../../model/values.ts';
import type { EntityMeasures } from './entity-measures.ts';
import { csvRecords, type FileRecord, fingerprintOf, hashBefore, type Position, textLines } from './import-lines.ts';
import { CurrentTimes, updateCurrentValues } from './import-present.ts';
import {
  beginImport,
  finishImport,
  type ImportProgress,
  putBatch,
  type Rejection,
  rejectionsOf,
} from './import-store.ts';

export interface HistoryImport {
  readonly file: string;
  readonly format: 'csv' | 'ndjson';
  readonly tenant: string;
  /** A type name, for new entities whose lines have none. */
  readonly type?: string;
  readonly names: NameExpander;
  /** The @context of names. It is part of the meaning of the file. */
  readonly context: unknown;
  /** The CSV delimiter; absent: the most frequent one in the first line. */
  readonly delimiter?: string;
  /** Starts again at the first line, whatever was imported before. */
  readonly again?: boolean;
  /** Called after each batch. */
  readonly onProgress?: (progress: ImportProgress) => void;
}

export interface ImportReport extends ImportProgress {
  /** Whether it continued an earlier run. */
  readonly resumed: boolean;
  /** The first rejected lines. */
  readonly rejections: readonly Rejection[];
}

/** Lines per transaction and checkpoint. */
const BATCH_LINES = 20_000;
const SHOWN_REJECTIONS = 1000;

/**
 * Imports past measures from a file into the history. The checkpoint is written in the same transaction as the
 * measures, so that a killed run continues where it stopped. No notifications are sent. Current values are updated if
 * the imported ones are more recent.
 *
 * @throws Error: the file can't be read, differs from the one begun, or has no usable header
 */
export async function importHistory(db: Database, lane: WriteLane, job: HistoryImport): Promise<ImportReport> {
  const { file, tenant, format, type } = job;
  const csv = format === 'csv' ? await readHeadings(job) : undefined;
  const fingerprint = await fingerprintOf(file, [format, tenant, type, job.context, csv?.delimiter]);
  let progress = await beginImport(db, tenant, file, fingerprint, job.again ?? false);
  const resumed = progress.bytes > 0;
  if (resumed && (await hashBefore(file, progress.bytes)) !== progress.tail) {
    throw new Error(
      `${file} has changed since it was imported up to byte ${progress.bytes}: use --again to start from the beginning`,
    );
  }
  const from = resumed ? progress : (csv?.position ?? { bytes: 0, lines: 0 });
  const presents = new CurrentTimes();
  const reader = { names: job.names, decimalComma: csv?.delimiter === ';' || csv?.delimiter === '\t' };
  let underway: Promise<void> = Promise.resolve();

  const put = async (batch: Batch) => {
    const tail = await hashBefore(file, batch.position.bytes);
    // Current values first, which may safely be written twice; then the history with the checkpoint, which may not.
    await updateCurrentValues(lane, presents, tenant, batch.entities, type && job.names.type(type));
    const { entities, rejections, position } = batch;
    progress = await putBatch(db, tenant, progress, { entities: instancesOf(entities), rejections, ...position, tail });
    job.onProgress?.(progress);
  };
  for await (const batch of batches(recordsOf(job, csv?.delimiter, from), csv?.columns, reader)) {
    // The next lines are read while these are being written.
    await underway;
    underway = put(batch);
    underway.catch(() => {});
  }
  await underway;
  progress = await finishImport(db, progress);
  return { ...progress, resumed, rejections: await rejectionsOf(db, progress, SHOWN_REJECTIONS) };
}

function recordsOf({ file, format }: HistoryImport, delimiter: string | undefined, from: Position) {
  return format === 'csv' ? csvRecords(file, delimiter ?? ',', from) : textLines(file, from);
}

interface Headings {
  readonly columns: MeasureColumns;
  readonly delimiter: string;
  readonly position: Position;
}

const DELIMITERS = [',', ';', '\t'];

async function readHeadings({ file, names, delimiter }: HistoryImport): Promise<Headings> {
  const start = { bytes: 0, lines: 0 };
  for await (const { content } of textLines(file, start)) {
    const used = delimiter ?? mostFrequent(String(content));
    for await (const { content: headings, bytes, lines } of csvRecords(file, used, start)) {
      const columns = measureColumns(
        (headings as string[]).map((heading) => heading.trim()),
        names,
      );
      return { columns, delimiter: used, position: { bytes, lines } };
    }
  }
  throw badMember('file', '', 'a header line');
}

function mostFrequent(line: string): string {
  const count = (delimiter: string) => line.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}

interface Batch {
  readonly entities: Map<string, EntityMeasures>;
  readonly rejections: Rejection[];
  position: Position;
}

async function* batches(
  records: AsyncIterable<FileRecord>,
  columns: MeasureColumns | undefined,
  settings: Omit<MeasureReader, 'at'>,
): AsyncIterable<Batch> {
  let batch: Batch | undefined;
  let reader: MeasureReader = { ...settings, at: new Date().toISOString() };
  let lines = 0;
  for await (const record of records) {
    batch ??= { entities: new Map(), rejections: [], position: record };
    batch.position = { bytes: record.bytes, lines: record.lines };
    read(record, columns, reader, batch);
    lines += 1;
    if (lines % BATCH_LINES > 0) continue;
    yield batch;
    batch = undefined;
    reader = { ...settings, at: new Date().toISOString() };
  }
  if (batch !== undefined) yield batch;
}

function read(
  { line, content, isUnclosed }: FileRecord,
  columns: MeasureColumns | undefined,
  reader: MeasureReader,
  batch: Batch,
) {
  if (isEmpty(content)) return;
  try {
    if (isUnclosed) throw badMember('line', content, 'a closing quote');
    add(batch.entities, measuresOf(content, columns, reader));
  } catch (error) {
    batch.rejections.push(rejectionOf(line, error));
  }
}

function isEmpty(content: FileRecord['content']): boolean {
  return typeof content === 'string' ? content.trim() === '' : content.length === 1 && content[0]?.trim() === '';
}

/** @throws NgsiLdError */
function measuresOf(
  content: FileRecord['content'],
  columns: MeasureColumns | undefined,
  reader: MeasureReader,
): Measures {
  if (typeof content !== 'string') return readRow(content, columns as MeasureColumns, reader);
  let body: unknown;
  try {
    body = JSON.parse(content);
  } catch {
    throw badMember('line', content, 'JSON');
  }
  return readEntity(body, reader);
}

function add(entities: Batch['entities'], { id, types, instances }: Measures): void {
  const known = entities.get(id);
  if (known === undefined) entities.set(id, { ...(types && { types }), instances: [...instances] });
  else {
    for (const instance of instances) known.instances.push(instance);
    if (types !== undefined) known.types = types;
  }
}

const FAULT = /^(?<field>.*?): got (?<got>.*), expected (?<expected>.*)$/s;

function rejectionOf(line: number, error: unknown): Rejection {
  if (!(error instanceof NgsiLdError)) throw error;
  const { field, got, expected } = FAULT.exec(error.message)?.groups ?? {};
  return { line, field: field ?? 'line', got: got ?? '', expected: expected ?? error.message };
}

function instancesOf(entities: Batch['entities']): Map<string, readonly PastInstance[]> {
  return new Map([...entities].map(([id, { instances }]) => [id, instances]));
}
