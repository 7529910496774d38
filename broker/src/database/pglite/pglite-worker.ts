import { existsSync, openAsBlob } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { messages, PGlite, protocol } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import type { WireValue } from '../text-values.ts';
import { scriptValueParser, valueParser } from '../value-parsers.ts';
import type { PgliteAnswer, PgliteFailure, PgliteMessage, PgliteRequest } from './pglite-messages.ts';
import { onLevelStack } from './pglite-stack.ts';
import { slimPostgis } from './postgis-bundle.ts';

// PGlite is one synchronous session. In this thread it blocks nothing else.
const port = parentPort;
if (port === null) throw new Error('pglite-worker.ts runs as a worker thread');

const { serialize } = protocol;
const prepared = new Set<string>();
let database: PGlite | undefined;
let last = Promise.resolve();

port.on('message', (request: PgliteRequest) => {
  last = last.then(() => answer(request));
});

async function answer(request: PgliteRequest): Promise<void> {
  try {
    post({ tell: 'reply', id: request.id, answer: await perform(request) });
  } catch (error) {
    post({ tell: 'failure', id: request.id, error: failure(error) });
  }
}

async function perform(request: PgliteRequest): Promise<PgliteAnswer> {
  switch (request.ask) {
    case 'open':
      database = await open(request);
      database.onNotification((channel, payload) => post({ tell: 'notification', channel, payload }));
      return NOTHING;
    case 'archive':
      await archive(opened(), request.file);
      return NOTHING;
    case 'query':
      return onLevelStack(opened(), () => execute(opened(), request));
    case 'listen':
      return result(await opened().execProtocol(serialize.query(`LISTEN ${quoted(request.channel)}`)));
    case 'unlisten':
      return result(await opened().execProtocol(serialize.query(`UNLISTEN ${quoted(request.channel)}`)));
    case 'close':
      await database?.close();
      database = undefined;
      return NOTHING;
  }
}

/** A new database is created from the template, if there is one. */
async function open({ directory, template }: Extract<PgliteRequest, { ask: 'open' }>): Promise<PGlite> {
  const isNew = directory === undefined || !existsSync(join(directory, 'PG_VERSION'));
  const loadDataDir = isNew && existsSync(template) ? await openAsBlob(template) : undefined;
  return PGlite.create({
    dataDir: directory ?? 'memory://',
    extensions: { postgis: slimPostgis, pg_trgm, unaccent },
    ...(loadDataDir && { loadDataDir }),
  });
}

/** The file appears complete or not at all. */
async function archive(pglite: PGlite, file: string): Promise<void> {
  const data = await pglite.dumpDataDir('none');
  await writeFile(`${file}.${process.pid}`, data.stream());
  await rename(`${file}.${process.pid}`, file);
}

const NOTHING: PgliteAnswer = { rows: [], rowCount: 0, command: '' };

interface Query {
  readonly name?: string;
  readonly text: string;
  readonly values?: WireValue[];
  readonly isScript?: boolean;
}

/** One round of the extended protocol, or of the simple one if there are no values, which allows several statements. */
async function execute(pglite: PGlite, { name, text, values, isScript }: Query): Promise<PgliteAnswer> {
  if (values === undefined) return result(await pglite.execProtocol(serialize.query(text)), isScript);
  if (name === undefined || !prepared.has(name)) {
    // Sent separately, so that the statement name is registered even if the values are refused.
    await pglite.execProtocol(Buffer.concat([serialize.parse({ name, text }), serialize.sync()]));
    if (name !== undefined) prepared.add(name);
  }
  const bound = [
    serialize.bind({ statement: name, values }),
    serialize.describe({ type: 'P' }),
    serialize.execute({}),
    serialize.sync(),
  ];
  return result(await pglite.execProtocol(Buffer.concat(bound)), isScript);
}

/** The rows of the last statement; for a script those of all. */
function result(answer: Awaited<ReturnType<PGlite['execProtocol']>>, isScript = false): PgliteAnswer {
  const parserOf = isScript ? scriptValueParser : valueParser;
  let rows: unknown[] = [];
  let tag = '';
  let columns: { name: string; parse: (text: string) => unknown }[] = [];
  for (const message of answer.messages) {
    if (message instanceof messages.RowDescriptionMessage) {
      if (!isScript) rows = [];
      columns = message.fields.map(({ name, dataTypeID }) => ({ name, parse: parserOf(dataTypeID) }));
    } else if (message instanceof messages.DataRowMessage) {
      const row: Record<string, unknown> = {};
      message.fields.forEach((text, i) => {
        const column = columns[i];
        if (column) row[column.name] = text === null ? null : column.parse(text);
      });
      rows.push(row);
    } else if (message instanceof messages.CommandCompleteMessage) {
      tag = message.text; // e.g. "SELECT 2", "INSERT 0 5", "CREATE TABLE"
    }
  }
  return { rows, rowCount: Number(/\d+$/.exec(tag)?.[0] ?? 0), command: tag.replace(/[ \d]+$/, '') };
}

function opened(): PGlite {
  if (database === undefined) throw new Error('The embedded database is not open');
  return database;
}

function quoted(channel: string): string {
  return `"${channel.replaceAll('"', '""')}"`;
}

function failure(error: unknown): PgliteFailure {
  if (!(error instanceof messages.DatabaseError))
    return { message: error instanceof Error ? error.message : `${error}` };
  const { message, code, detail, table, constraint } = error;
  return { message, code, detail, table, constraint };
}

function post(message: PgliteMessage): void {
  port?.postMessage(message);
}
