import { mkdirSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { channelOf, MessageReader, messageKey } from '@alzette/kit/messages';
import { type Database, LOCK_NAME, type Queryable, type Rows, type Statement, UNLOCK_NAME } from '../database.ts';
import { DatabaseUnavailable } from '../database-errors.ts';
import { toWire } from '../text-values.ts';
import { templateFile } from './database-template.ts';
import { lockDirectory, tryLockDirectory } from './directory-lock.ts';
import type { PgliteAnswer, PgliteFailure, PgliteMessage, PgliteRequest } from './pglite-messages.ts';

/** PostgreSQL refused a statement; `code` is the SQLSTATE, like in the errors of `pg`. */
class PgliteError extends Error {
  readonly code: string | undefined;
  readonly detail: string | undefined;
  readonly table: string | undefined;
  readonly constraint: string | undefined;

  constructor({ message, code, detail, table, constraint }: PgliteFailure) {
    super(message);
    this.name = 'PgliteError';
    this.code = code;
    this.detail = detail;
    this.table = table;
    this.constraint = constraint;
  }
}

interface PgliteDatabase extends Database {
  archive: NonNullable<Database['archive']>;
}

/** Calls back with the payloads of messages. */
function opening(name: string, reader: MessageReader, onPayload: (payload: string) => void) {
  return (message: string): void => {
    const payload = reader.read(name, message);
    if (payload !== undefined) onPayload(payload);
  };
}

/**
 * The embedded `Database`: PGlite with PostGIS in a worker thread, in a directory, or in memory.
 *
 * @param archive the file from which a new database is created, if it exists
 *
 * @throws Error: another process uses the directory
 */
export async function pgliteDatabase(directory?: string, archive = templateFile()): Promise<PgliteDatabase> {
  if (directory === undefined) return open(() => {}, archive);
  // Synchronously, if possible: the caller goes on to load code, which leaves no time for anything else.
  mkdirSync(directory, { recursive: true });
  const unlock = tryLockDirectory(directory) ?? (await lockDirectory(directory));
  return open(unlock, archive, directory).catch((error: unknown) => {
    unlock();
    throw error;
  });
}

// Longer than 80 lines: methods that share the session.
async function open(unlock: () => void, template: string, directory?: string): Promise<PgliteDatabase> {
  const session = new PgliteSession();
  await session.ask({
    ask: 'open',
    template,
    ...(directory !== undefined && { directory: `${directory}/pgdata` }),
  });
  const listeners = session.listeners;
  // Resolves when the transaction that occupies the session ends. The thread handles requests in order, so only
  // transactions need to wait.
  let taken: Promise<void> | undefined;
  const names = new Set<string>();
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    while (taken) await taken;
    const { promise, resolve } = Promise.withResolvers<void>();
    taken = promise;
    try {
      return await work();
    } finally {
      taken = undefined;
      resolve();
    }
  };

  return {
    kind: 'pglite',
    identity: {},
    async query<Row>(statement: Statement) {
      while (taken) await taken;
      return session.query<Row>(statement);
    },
    transaction: (work) => alone(() => inTransaction(session, work)),
    async runScript(text, values) {
      while (taken) await taken;
      try {
        return await session.runScript(text, values);
      } catch (error) {
        // There is only one session, so the failed transaction must be left before anyone else uses it.
        await session.query({ text: 'ROLLBACK' });
        throw error;
      }
    },
    async listen(name, onOurs) {
      const channel = channelOf(name);
      while (taken) await taken;
      const onMessage = opening(name, new MessageReader(await messageKey(session)), onOurs);
      const set = listeners.get(channel) ?? new Set();
      listeners.set(channel, set.add(onMessage));
      while (taken) await taken;
      if (set.size === 1) await session.ask({ ask: 'listen', channel });
      return async () => {
        if (!set.delete(onMessage) || set.size > 0) return;
        while (taken) await taken;
        await session.ask({ ask: 'unlisten', channel });
      };
    },
    async lockName(name) {
      // A session can always take its own locks again.
      if (names.has(name)) return undefined;
      names.add(name);
      while (taken) await taken;
      await session.query({ text: LOCK_NAME, values: [name] });
      return async () => {
        names.delete(name);
        while (taken) await taken;
        await session.query({ text: UNLOCK_NAME, values: [name] });
      };
    },
    archive: (file, before) =>
      alone(async () => {
        const seen = await inTransaction(session, before);
        await session.ask({ ask: 'archive', file });
        return seen;
      }),
    async close() {
      while (taken) await taken;
      await session.close();
      unlock();
    },
  };
}

async function inTransaction<T>(session: PgliteSession, work: (tx: Queryable) => Promise<T>): Promise<T> {
  let open = true;
  const tx: Queryable = {
    query: <Row>(statement: Statement) => {
      if (!open) throw new Error('The transaction has ended');
      return session.query<Row>(statement);
    },
  };
  await session.query({ text: 'BEGIN' });
  try {
    const result = await work(tx);
    const { command } = await session.query({ text: 'COMMIT' });
    // PostgreSQL answers COMMIT after a failed statement with a rollback, without an error.
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements had failed');
    return result;
  } catch (error) {
    await session.query({ text: 'ROLLBACK' });
    throw error;
  } finally {
    open = false;
  }
}

interface Waiting {
  resolve(answer: PgliteAnswer): void;
  reject(error: Error): void;
}

type Ask<Request> = Request extends unknown ? Omit<Request, 'id'> : never;

/** The worker thread, with its unanswered requests. */
class PgliteSession {
  readonly listeners = new Map<string, Set<(payload: string) => void>>();
  readonly #worker = new Worker(new URL('./pglite-worker.ts', import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #end: Error | undefined;

  constructor() {
    this.#worker.on('message', (message: PgliteMessage) => this.#onMessage(message));
    this.#worker.on('error', (error) => this.#onEnd(error));
    this.#worker.on('exit', () => this.#onEnd(new Error('The embedded database has been closed')));
  }

  query<Row>({ name, text, values }: Statement): Promise<Rows<Row> & PgliteAnswer> {
    // The rows have the type that the author of the statement declares.
    return this.ask({ ask: 'query', name, text, values: values?.map(toWire) }) as Promise<Rows<Row> & PgliteAnswer>;
  }

  runScript(text: string, values?: readonly unknown[]): Promise<PgliteAnswer> {
    const wired = values?.length ? values.map(toWire) : undefined;
    return this.ask({ ask: 'query', text, isScript: true, ...(wired && { values: wired }) });
  }

  ask(request: Ask<PgliteRequest>): Promise<PgliteAnswer> {
    if (this.#end) return Promise.reject(new DatabaseUnavailable(false, this.#end));
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      if (this.#waiting.size === 0) this.#worker.ref();
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...request, id });
    });
  }

  async close(): Promise<void> {
    if (this.#end) return;
    await this.ask({ ask: 'close' });
    await this.#worker.terminate();
  }

  #onMessage(message: PgliteMessage): void {
    if (message.tell === 'notification') {
      for (const onMessage of this.listeners.get(message.channel) ?? []) onMessage(message.payload);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    // An idle database must not keep the process running.
    if (this.#waiting.size === 0) this.#worker.unref();
    if (message.tell === 'reply') waiting?.resolve(message.answer);
    else waiting?.reject(new PgliteError(message.error));
  }

  #onEnd(cause: Error): void {
    this.#end ??= cause;
    for (const waiting of this.#waiting.values()) waiting.reject(new DatabaseUnavailable(true, cause));
    this.#waiting.clear();
  }
}
