import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { NODE_AWAY } from '@alzette/kit/outage';
import { UNREPLICATED } from '@alzette/kit/replicated';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Queryable, Rows, Statement } from '../database.ts';
import { DatabaseUnavailable, isConnectionError, StatementTimeout, sqlState } from '../database-errors.ts';
import { toWire } from '../text-values.ts';
import { scriptValueParser } from '../value-parsers.ts';
import { endConnection, noteUnreplicated, type RunningStatements } from './running-statements.ts';

interface Session {
  readonly runningStatements: RunningStatements;
  /** Whether a commit was confirmed although it had to wait for a standby and none has it yet. */
  wasUnreplicated(): boolean;
}

const SESSIONS = new WeakMap<pg.ClientBase, Session>();

/** Watches the statements of this connection from now on. */
export function lookAfter(client: pg.ClientBase, runningStatements: RunningStatements): void {
  SESSIONS.set(client, { runningStatements, wasUnreplicated: noteUnreplicated(client) });
}

/** Runs a statement without a time limit for locks. @param limits the statement that sets the usual limit again */
export async function runPatiently<Row>(
  client: pg.PoolClient,
  statement: Statement,
  limits: string,
): Promise<Answer<Row>> {
  await client.query('SET lock_timeout = 0');
  try {
    return await run<Row>(client, statement);
  } finally {
    // Fails in a failed transaction, whose rollback restores the limit.
    await client.query(limits).catch(() => {});
  }
}

export type Run = <Row>(client: pg.PoolClient, statement: Statement) => Promise<Answer<Row>>;

/** @throws StatementTimeout */
export async function runWithin<Row>(
  client: pg.PoolClient,
  statement: Statement,
  timeoutMs: number,
  cancel: () => Promise<unknown>,
): Promise<Answer<Row>> {
  let cancelling: Promise<unknown> | undefined;
  let ending: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    // A server that does not even cancel is unreachable, so the connection is closed and the statement fails.
    ending = setTimeout(() => endConnection(client), CANCEL_WITHIN_MS);
    cancelling = Promise.race([cancel().catch(() => {}), pause(2 * CANCEL_WITHIN_MS, undefined, { ref: false })]);
  }, timeoutMs);
  try {
    return await run<Row>(client, statement);
  } catch (error) {
    throw cancelling !== undefined && sqlState(error) === QUERY_CANCELED
      ? new StatementTimeout(timeoutMs, error)
      : error;
  } finally {
    clearTimeout(timer);
    clearTimeout(ending);
    await cancelling; // otherwise it might cancel the next statement on this connection
  }
}

const QUERY_CANCELED = '57014';
const CANCEL_WITHIN_MS = 1_000;

interface Answer<Row> extends Rows<Row> {
  readonly command: string;
}

/** @throws DatabaseUnavailable */
export async function run<Row>(client: pg.ClientBase, statement: Statement): Promise<Answer<Row>> {
  try {
    const result = await send<Row>(client, statement);
    // A text with several statements returns an array. The last result is used.
    const { rows, rowCount, command } = Array.isArray(result)
      ? (result.at(-1) as pg.QueryResult<Row & object>)
      : result;
    return { rows, rowCount: rowCount ?? 0, command };
  } catch (error) {
    // Otherwise the stack would not lead to the caller.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw unavailableFor(error) ?? error;
  }
}

function unreplicated(): Error {
  return Object.assign(new Error('No standby has confirmed the commit'), { code: UNREPLICATED });
}

const READ_ONLY = '25006';

/** Errors of Citus while a node is unreachable; our connection to the coordinator works. */
const NODE_LOST = /^(?:server closed the connection unexpectedly|failure on connection marked as essential)/;

function isOfNode(error: unknown): boolean {
  const { severity, message } = error as { severity?: string; message?: string };
  const state = sqlState(error);
  return severity === 'ERROR' && (state.startsWith('08') || (state === 'XX000' && NODE_LOST.test(message ?? '')));
}

function unavailableFor(error: unknown): DatabaseUnavailable | undefined {
  if (error instanceof DatabaseUnavailable) return error;
  // The server is no longer the primary, and nothing was written. The next connection searches the new primary.
  if (sqlState(error) === READ_ONLY) return new DatabaseUnavailable(false, error);
  if (isOfNode(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return new DatabaseUnavailable(true, Object.assign(new Error(message, { cause: error }), { code: NODE_AWAY }));
  }
  return isConnectionError(error) ? new DatabaseUnavailable(true, error) : undefined;
}

/**
 * Uses a callback, because results of `pg`'s own promises survive two collections of young objects. Measured with 6,000
 * answers of 60 KB in sequence: 22 full garbage collections with promises, none with a callback.
 *
 * Creates the `Query` from a text where possible, because an object would first be copied by its property descriptors,
 * which takes 7 µs.
 *
 * @throws DatabaseUnavailable a commit that only this server has: it may be lost with it
 */
function send<Row>(
  client: pg.ClientBase,
  { name, text, values }: Statement,
  types?: pg.CustomTypesConfig,
): Promise<Result<Row> | Result<Row>[]> {
  const session = SESSIONS.get(client);
  return new Promise((resolve, reject) => {
    const query = new pg.Query(types ? { text, types } : text, values?.map(toWire), (error, result) => {
      session?.runningStatements.ended(client);
      if (error) reject(error);
      else if (session?.wasUnreplicated()) reject(new DatabaseUnavailable(true, unreplicated()));
      else resolve(result as unknown as Result<Row>); // the types call the result a builder
    });
    Object.assign(query, { name });
    session?.runningStatements.begun(client);
    client.query(query);
  });
}

type Result<Row> = pg.QueryResult<Row & object>;

const SCRIPT_TYPES = { getTypeParser: scriptValueParser as pg.CustomTypesConfig['getTypeParser'] };

export async function runScript(client: pg.ClientBase, text: string, values?: readonly unknown[]) {
  try {
    const results = await send(client, { text, ...(values?.length && { values }) }, SCRIPT_TYPES);
    return { rows: [results].flat().flatMap(({ rows }) => rows as unknown[]) };
  } catch (error) {
    const unavailable = unavailableFor(error);
    if (unavailable !== undefined) throw unavailable;
    await client.query('ROLLBACK');
    throw error;
  }
}

export async function inTransaction<T>(
  client: pg.PoolClient,
  work: (tx: Queryable) => Promise<T>,
  inTime: Run,
): Promise<T> {
  let result: T;
  try {
    await run(client, { text: 'BEGIN' });
    result = await work({
      query: (statement) => inTime(client, statement),
      copyFrom: (text, chunks) => copy(client, text, chunks),
    });
  } catch (error) {
    if (error instanceof DatabaseUnavailable) throw new DatabaseUnavailable(false, error.cause);
    await run(client, { text: 'ROLLBACK' });
    throw error;
  }
  const { command } = await run(client, { text: 'COMMIT' });
  // PostgreSQL answers COMMIT after a failed statement by rolling back, without an error.
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements had failed');
  return result;
}

async function copy(client: pg.PoolClient, text: string, chunks: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(chunks), client.query(copyFrom(text)));
  } catch (error) {
    throw unavailableFor(error) ?? error;
  }
}
