import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { CsvError, parse } from 'csv-parse';
import { parse as parseNow } from 'csv-parse/sync';

/** One record of a file, with the position after it. */
export interface FileRecord {
  /** The number of its first line, from 1. */
  readonly line: number;
  /** The fields of a CSV record, or the text of an NDJSON line. */
  readonly content: readonly string[] | string;
  readonly bytes: number;
  readonly lines: number;
  /** The line is not a record: it contains a quote that is never closed. */
  readonly isUnclosed?: boolean;
}

export interface Position {
  readonly bytes: number;
  readonly lines: number;
}

/** The maximum length of a line. */
const LONGEST_LINE = 1024 * 1024;
const CHUNK = 1024 * 1024;

/**
 * Reads CSV records from a position on; from the start of the file, the first one is the header. A quote that is never
 * closed would swallow the following lines, so its line is reported as unclosed, and reading continues with the next
 * line.
 */
export async function* csvRecords(file: string, delimiter: string, from: Position): AsyncIterable<FileRecord> {
  for (let start: Position | undefined = from; start !== undefined; ) {
    let last: Position = start;
    try {
      for await (const record of fastRecords(file, delimiter, start)) {
        last = record;
        yield record;
      }
      start = undefined;
    } catch (error) {
      if (!isOfQuote(error)) throw error;
      start = undefined;
      // When the parser fails, records that it has parsed but not yielded are lost. So they are read again one by one,
      // up to the fault and beyond.
      let count = 0;
      for await (const record of slowRecords(file, delimiter, last)) {
        yield record;
        count = record.isUnclosed ? SLOW_RECORDS : count + 1;
        if (count < SLOW_RECORDS) continue;
        start = record;
        break;
      }
    }
  }
}

/** After a stray quote more are likely, so this many records are read one by one. */
const SLOW_RECORDS = 1000;

const settingsOf = (delimiter: string, from: Position) => ({
  delimiter,
  bom: from.bytes === 0,
  relax_column_count: true,
  record_delimiter: ['\r\n', '\n'],
  max_record_size: LONGEST_LINE,
});

const QUOTE_FAULTS = [
  'CSV_QUOTE_NOT_CLOSED',
  'CSV_INVALID_CLOSING_QUOTE',
  'INVALID_OPENING_QUOTE',
  'CSV_MAX_RECORD_SIZE',
];

function isOfQuote(error: unknown): boolean {
  return error instanceof CsvError && QUOTE_FAULTS.includes(error.code);
}

async function* fastRecords(file: string, delimiter: string, from: Position): AsyncIterable<FileRecord> {
  const parser = createReadStream(file, { start: from.bytes, highWaterMark: CHUNK }).pipe(
    parse({ ...settingsOf(delimiter, from), info: true }),
  );
  for await (const { record, info } of parser as AsyncIterable<{
    record: string[];
    info: { bytes: number; lines: number };
  }>) {
    const lines = from.lines + info.lines;
    yield { line: lines - lineFeeds(record), content: record, bytes: from.bytes + info.bytes, lines };
  }
}

/** The most lines of a quoted record. */
const MAX_LINES = 50;

/** Reads records one by one; it ends after the line of an unclosed quote. */
async function* slowRecords(file: string, delimiter: string, from: Position): AsyncIterable<FileRecord> {
  let parts: FileRecord[] = [];
  for await (const line of textLines(file, from)) {
    parts.push(line);
    const [first] = parts as [FileRecord, ...FileRecord[]];
    const text = `${parts.map((part) => part.content).join('\n')}\n`;
    // A quote inside an unquoted field, for example for inches, is an ordinary character.
    const isPlain = parts.length === 1 && !new RegExp(`(^|\\${delimiter})"`).test(text);
    const content = recordOf(text, { ...settingsOf(delimiter, from), relax_quotes: isPlain });
    if (content !== undefined) {
      yield { line: first.line, content, bytes: line.bytes, lines: line.lines };
      parts = [];
    } else if (parts.length === MAX_LINES) break;
  }
  const [first] = parts;
  if (first !== undefined) yield { ...first, isUnclosed: true };
}

/** Undefined: a quote is still open, or closed in the middle of a field. */
function recordOf(text: string, settings: object): readonly string[] | undefined {
  try {
    const [record = ['']] = parseNow(text, settings) as string[][];
    return record;
  } catch (error) {
    if (isOfQuote(error)) return undefined;
    throw error;
  }
}

function lineFeeds(fields: readonly string[]): number {
  let count = 0;
  for (const field of fields) if (field.includes('\n')) count += field.split('\n').length - 1;
  return count;
}

/** Reads lines from a position on. The last line feed may be missing. */
export async function* textLines(file: string, from: Position): AsyncIterable<FileRecord> {
  let rest: Buffer = Buffer.alloc(0);
  let { bytes, lines } = from;
  for await (const chunk of createReadStream(file, { start: from.bytes, highWaterMark: CHUNK })) {
    const data = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    let start = 0;
    for (let end = data.indexOf(10, start); end >= 0; end = data.indexOf(10, start)) {
      const content = data.toString('utf8', start, end);
      bytes += end + 1 - start;
      lines += 1;
      start = end + 1;
      yield { line: lines, content, bytes, lines };
    }
    rest = data.subarray(start);
    if (rest.length > LONGEST_LINE) throw new Error(`line ${lines + 1}: longer than ${LONGEST_LINE} bytes`);
  }
  if (rest.length > 0)
    yield { line: lines + 1, content: rest.toString('utf8'), bytes: bytes + rest.length, lines: lines + 1 };
}

const HASHED = 64 * 1024;

/** A hash of the bytes before a position, at most 64 KiB. */
export async function hashBefore(file: string, bytes: number): Promise<string> {
  return hashOf(file, Math.max(0, bytes - HASHED), bytes);
}

/** A hash of the beginning of a file and of the meaning of its lines. */
export async function fingerprintOf(file: string, meaning: unknown): Promise<string> {
  return createHash('sha256')
    .update(JSON.stringify(meaning))
    .update(await hashOf(file, 0, HASHED))
    .digest('hex');
}

async function hashOf(file: string, from: number, until: number): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(until - from), 0, until - from, from);
    return createHash('sha256').update(buffer.subarray(0, bytesRead)).digest('hex');
  } finally {
    await handle.close();
  }
}
