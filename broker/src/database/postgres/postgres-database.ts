import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Database, PoolUse, Queryable, Rows, Statement } from '../database.ts';
import { DatabaseUnavailable, isConnectionError, StatementTimeout, sqlState } from '../database-errors.ts';
import { toWire } from '../text-values.ts';
import { scriptValueParser, valueParser } from '../value-parsers.ts';
import { PostgresListener } from './postgres-listener.ts';
import { SharedConnections } from './shared-connections.ts';

// On two cores, 8 connections are faster than 32 in nearly every measured workload.
const POOL_SIZE = 8;
/** For statements with one plan for all values; and for those of them that are fast. */
const PLANNED_POOL_SIZE = 4;
const SHARED_CONNECTIONS = 2;
const LOCK_TIMEOUT_MS = 10_000;

// Longer than 80 lines: it creates the pools, and the functions that use each.
/**
 * A `Database` on PostgreSQL with PostGIS. Connects on first use, and reconnects after an outage.
 *
 * @param directUrl absent: `url` leads to the server itself, or to a pooler that keeps sessions
 *
 * @param lockTimeoutMs how long a statement may wait for a lock
 */
export function postgresDatabase(
  url: string,
  {
    directUrl,
    lockTimeoutMs = LOCK_TIMEOUT_MS,
  }: { readonly directUrl?: string | undefined; readonly lockTimeoutMs?: number | undefined } = {},
): Database {
  const config: pg.ClientConfig = {
    connectionString: url,
    application_name: 'alzette',
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
    types: { getTypeParser: valueParser as pg.CustomTypesConfig['getTypeParser'] },
  };
  // Turns JIT off, because compiling a plan takes longer than most of our statements: 50 of 75 ms for a temporal one.
  // With a pooler the settings would affect whoever gets the session next, so they must be made in the pooler.
  const makePool = (max: number, settings: string) => {
    const made = new pg.Pool({
      ...config,
      max,
      idleTimeoutMillis: 60_000,
      onConnect: async (client) => {
        if (directUrl === undefined) await client.query(settings);
      },
    });
    // A broken idle connection is replaced at the next query. Without a listener, the event would end the process.
    made.on('error', () => {});
    return made;
  };
  const limits = `SET lock_timeout = ${Math.ceil(lockTimeoutMs)}`;
  const pool = makePool(POOL_SIZE, `SET jit = off; ${limits}`);
  const planning = `SET jit = off; SET plan_cache_mode = force_generic_plan; ${limits}`;
  const planned = makePool(PLANNED_POOL_SIZE, planning);
  const shared = new SharedConnections(config, SHARED_CONNECTIONS, directUrl === undefined ? planning : undefined);
  const listener = new PostgresListener({ ...config, connectionString: directUrl ?? url });

  async function onClient<T>(work: (client: pg.PoolClient) => Promise<T>, from = pool): Promise<T> {
    const client = await connect(from);
    // A connection may break while we hold it and no query runs.
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on('error', onError);
    try {
      return await work(client);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) broken = error;
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  /** With a pooler we don't know which server session is ours, so its own `statement_timeout` must be used. */
  const inTime: Run = (client, statement) => {
    const { timeoutMs } = statement;
    if (statement.mayWaitForLocks && directUrl === undefined) return runPatiently(client, statement, limits);
    if (timeoutMs === undefined || directUrl !== undefined) return run(client, statement);
    const { processID } = client as pg.PoolClient & { readonly processID: number }; // missing in its types
    const cancel = () => shared.onClient((other) => run(other, { text: CANCEL, values: [processID] }));
    return runWithin(client, statement, timeoutMs, cancel);
  };

  return {
    kind: 'postgres',
    identity: {},
    query: <Row>(statement: Statement) => {
      if (statement.isShort) return shared.onClient((client) => run<Row>(client, statement));
      return onClient((client) => inTime<Row>(client, statement), statement.isPlannedOnce ? planned : pool);
    },
    runScript: (text, values) => onClient((client) => runScript(client, text, values)),
    transaction: (work) => onClient((client) => inTransaction(client, work, inTime)),
    listen: (channel, onMessage) => listener.listen(channel, onMessage),
    lockName: (name) => listener.lockName(name),
    pools: () => ({ main: useOf(pool), planned: useOf(planned) }),
    async close() {
      await Promise.all([listener.close(), pool.end(), planned.end(), shared.close()]);
    },
  };
}

function useOf({ options, totalCount, idleCount, waitingCount }: pg.Pool): PoolUse {
  return { most: options.max, busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount };
}

/** @throws DatabaseUnavailable */
function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  return new Promise((resolve, reject) => {
    pool.connect((cause, client) => {
      if (client === undefined) reject(new DatabaseUnavailable(false, cause));
      else resolve(client);
    });
  });
}

/** Runs a statement without a lock timeout. @param limits restores the usual timeout */
async function runPatiently<Row>(client: pg.PoolClient, statement: Statement, limits: string): Promise<Answer<Row>> {
  await client.query('SET lock_timeout = 0');
  try {
    return await run<Row>(client, statement);
  } finally {
    // In a failed transaction, the rollback restores it.
    await client.query(limits).catch(() => {});
  }
}

const CANCEL = 'SELECT pg_cancel_backend($1)';

type Run = <Row>(client: pg.PoolClient, statement: Statement) => Promise<Answer<Row>>;

/** @throws StatementTimeout */
async function runWithin<Row>(
  client: pg.PoolClient,
  statement: Statement,
  timeoutMs: number,
  cancel: () => Promise<unknown>,
): Promise<Answer<Row>> {
  let cancelling: Promise<unknown> | undefined;
  let ending: NodeJS.Timeout | undefined;
  const timer = setTimeout(() => {
    // A server that does not answer a cancel request is down: close its connection, so that the statement fails.
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
    await cancelling; // otherwise the cancel request might hit the next statement on this connection
  }
}

const QUERY_CANCELED = '57014';
const CANCEL_WITHIN_MS = 1_000;

function endConnection(client: pg.PoolClient): void {
  const { connection } = client as pg.PoolClient & { readonly connection: { readonly stream: Socket } }; // missing in its types
  connection.stream.destroy();
}

interface Answer<Row> extends Rows<Row> {
  readonly command: string;
}

async function run<Row>(client: pg.ClientBase, statement: Statement): Promise<Answer<Row>> {
  try {
    const result = await send<Row>(client, statement);
    // A text with several statements returns an array, of which the last counts.
    const { rows, rowCount, command } = Array.isArray(result)
      ? (result.at(-1) as pg.QueryResult<Row & object>)
      : result;
    return { rows, rowCount: rowCount ?? 0, command };
  } catch (error) {
    // Otherwise the stack trace would lead here instead of to the caller.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw isConnectionError(error) ? new DatabaseUnavailable(true, error) : error;
  }
}

/**
 * Uses a callback, because promise results of `pg` survive two collections of young objects. Measured with 6,000
 * answers of 60 KB: 22 full garbage collections, none this way.
 *
 * Creates the `Query` from a text, because one created from an object first copies it by its descriptors, which takes 7
 * µs.
 */
function send<Row>(client: pg.ClientBase, { name, text, values }: Statement): Promise<Result<Row> | Result<Row>[]> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query(text, values?.map(toWire), (error, result) => {
      if (error) reject(error);
      else resolve(result as unknown as Result<Row>); // the types call the result a builder
    });
    Object.assign(query, { name });
    client.query(query);
  });
}

type Result<Row> = pg.QueryResult<Row & object>;

const SCRIPT_TYPES = { getTypeParser: scriptValueParser as pg.CustomTypesConfig['getTypeParser'] };

async function runScript(client: pg.ClientBase, text: string, values?: readonly unknown[]) {
  try {
    const wired = values?.length ? { values: values.map(toWire) } : {};
    const results: pg.QueryResult | pg.QueryResult[] = await client.query({ text, ...wired, types: SCRIPT_TYPES });
    return { rows: [results].flat().flatMap(({ rows }) => rows as unknown[]) };
  } catch (error) {
    if (isConnectionError(error)) throw new DatabaseUnavailable(true, error);
    await client.query('ROLLBACK');
    throw error;
  }
}

async function inTransaction<T>(client: pg.PoolClient, work: (tx: Queryable) => Promise<T>, inTime: Run): Promise<T> {
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
  // PostgreSQL answers COMMIT after a failed statement with a rollback, without an error.
  if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements had failed');
  return result;
}

async function copy(client: pg.PoolClient, text: string, chunks: Iterable<string>): Promise<void> {
  try {
    await pipeline(Readable.from(chunks), client.query(copyFrom(text)));
  } catch (error) {
    throw isConnectionError(error) ? new DatabaseUnavailable(true, error) : error;
  }
}
