import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { UNREPLICATED } from '@alzette/kit/replicated';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Queryable, Rows, Statement } from '../database.ts';
import { DatabaseUnavailable, isConnectionError, StatementTimeout, sqlState } from '../database-errors.ts';
import { toWire } from '../text-values.ts';
import { scriptValueParser } from '../value-parsers.ts';
import { endConnection, noteUnreplicated, type UnderWay } from './under-way.ts';

interface Session {
  readonly underWay: UnderWay;
  /** Whether a commit was answered that no standby has yet, though it should. */
  wasUnreplicated(): boolean;
}

const SESSIONS = new WeakMap<pg.ClientBase, Session>();

/** From now on its statements are looked after. */
export function lookAfter(client: pg.ClientBase, underWay: UnderWay): void {
  SESSIONS.set(client, { underWay, wasUnreplicated: noteUnreplicated(client) });
}

async function lookedAfter<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  const session = SESSIONS.get(client);
  session?.underWay.begun(client);
  let answer: T;
  try {
    answer = await work();
  } finally {
    session?.underWay.ended(client);
  }
  // Only here, as it may be lost with this server: whoever asked must not take it for done.
  if (session?.wasUnreplicated()) throw new DatabaseUnavailable(true, unreplicated());
  return answer;
}

/** With as long as it takes to get its locks. @param limits sets the usual time */
export async function runPatiently<Row>(
  client: pg.PoolClient,
  statement: Statement,
  limits: string,
): Promise<Answer<Row>> {
  await client.query('SET lock_timeout = 0');
  try {
    return await run<Row>(client, statement);
  } finally {
    // In a transaction that failed, its end does it.
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
    // A server that does not even cancel is away: its connection is ended, and the statement fails with that.
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
    await cancelling; // or else it might reach the next statement on this connection
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
    const result = await lookedAfter(client, () => send<Row>(client, statement));
    // A text of several statements answers an array; its last is what counts.
    const { rows, rowCount, command } = Array.isArray(result)
      ? (result.at(-1) as pg.QueryResult<Row & object>)
      : result;
    return { rows, rowCount: rowCount ?? 0, command };
  } catch (error) {
    // Led to us otherwise, and not to who asked.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw unavailableFor(error) ?? error;
  }
}

function unreplicated(): Error {
  return Object.assign(new Error('No standby has taken the commit'), { code: UNREPLICATED });
}

const READ_ONLY = '25006';

function unavailableFor(error: unknown): DatabaseUnavailable | undefined {
  if (error instanceof DatabaseUnavailable) return error;
  // No primary any more: the next connection finds the one that is. Nothing was done.
  if (sqlState(error) === READ_ONLY) return new DatabaseUnavailable(false, error);
  return isConnectionError(error) ? new DatabaseUnavailable(true, error) : undefined;
}

/**
 * By callback: what `pg`'s own promises answer with outlives two collections of young objects. Measured with answers of 60 KB,
 * one after another: 22 collections of all objects for 6,000 of them, none this way.
 *
 * And by a `Query` made of a text: one made of an object begins with a copy of it by its descriptors, which takes 7 µs.
 */
function send<Row>(client: pg.ClientBase, { name, text, values }: Statement): Promise<Result<Row> | Result<Row>[]> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query(text, values?.map(toWire), (error, result) => {
      if (error) reject(error);
      else resolve(result as unknown as Result<Row>); // what its types call a builder is the result
    });
    Object.assign(query, { name });
    client.query(query);
  });
}

type Result<Row> = pg.QueryResult<Row & object>;

const SCRIPT_TYPES = { getTypeParser: scriptValueParser as pg.CustomTypesConfig['getTypeParser'] };

export async function runScript(client: pg.ClientBase, text: string, values?: readonly unknown[]) {
  try {
    const wired = values?.length ? { values: values.map(toWire) } : {};
    const results: pg.QueryResult | pg.QueryResult[] = await lookedAfter(client, () =>
      client.query({ text, ...wired, types: SCRIPT_TYPES }),
    );
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
