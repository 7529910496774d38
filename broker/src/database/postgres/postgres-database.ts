import { withServer } from '@alzette/kit/postgres-url';
import { isForRequest } from '@alzette/kit/request-deadline';
import pg from 'pg';
import { isByTenant } from '../citus/by-tenant.ts';
import type { Database, PoolUse, Statement } from '../database.ts';
import { DatabaseUnavailable } from '../database-errors.ts';
import { valueParser } from '../value-parsers.ts';
import { PostgresListener } from './postgres-listener.ts';
import { askingClient, CANCEL, type ClientInternals, RunningStatements } from './running-statements.ts';
import { ServerChoice } from './server-choice.ts';
import { SharedConnections } from './shared-connections.ts';
import { inTransaction, lookAfter, type Run, run, runPatiently, runScript, runWithin } from './statements.ts';
import { Turns } from './turns.ts';

// On two cores, 8 connections are faster than 32 in nearly every measured workload.
const CONNECTIONS = 8;
/** Of those that are fast among the statements with one plan for all values. */
const SHARED_CONNECTIONS = 2;
const RESERVED_FOR_READS = 2;
const LOCK_TIMEOUT_MS = 10_000;
const CONNECT_WITHIN_MS = 4_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** The share of the lock timeout that a commit may wait for standbys, because it may have waited for a lock before. */
const STANDBY_SHARE = 0.6;

/** One plan for all values. On Citus the plan depends on the tenant, because it selects the node. */
const ONE_PLAN_UNLESS_CITUS = `SELECT set_config('plan_cache_mode',
  CASE WHEN EXISTS (SELECT FROM pg_extension WHERE extname = 'citus') THEN 'auto' ELSE 'force_generic_plan' END, false)`;

const ONE_PLAN = 'SET plan_cache_mode = force_generic_plan';

/** Without this, Citus repeats a whole text that contains SET LOCAL on its nodes. */
const REPEAT_NO_SETTINGS = 'SET citus.propagate_set_commands = none';
const REPEAT_SETTINGS = 'RESET citus.propagate_set_commands';

interface PostgresOptions {
  /** Absent: `url` leads to the server itself, or to a pooler that keeps sessions. */
  readonly directUrl?: string | undefined;
  /** How long a statement may wait for a lock, or a commit for standbys. */
  readonly lockTimeoutMs?: number | undefined;
  /** How long a statement may take if a client of a service waits for it. */
  readonly requestTimeoutMs?: number | undefined;
  /** The largest size of the pool for general use; that for statements with one plan for all values is half as large. */
  readonly connections?: number | undefined;
  /** Whether it is a node of a cluster: its statements use the tables of the node, not distributed tables. */
  readonly isNode?: boolean;
}

// Longer than 80 lines: it creates the pools, and chooses one of them for each statement.
/** A `Database` on a PostgreSQL with PostGIS. Connects on first use, and again after the server was away. */
export function postgresDatabase(
  url: string,
  {
    directUrl,
    lockTimeoutMs = LOCK_TIMEOUT_MS,
    requestTimeoutMs = REQUEST_TIMEOUT_MS,
    connections = CONNECTIONS,
    isNode = false,
  }: PostgresOptions = {},
): Database {
  const servers = new ServerChoice(url);
  const config: pg.ClientConfig = {
    connectionString: servers.first,
    application_name: 'alzette',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_WITHIN_MS,
    types: { getTypeParser: valueParser as pg.CustomTypesConfig['getTypeParser'] },
  };
  const runningStatements = new RunningStatements(
    () => askingClient(servers.Client, config),
    lockTimeoutMs * STANDBY_SHARE,
  );
  // Compiling a plan takes longer than most of our statements: measured, 50 ms of the 75 ms of a temporal query. A
  // pooler passes sessions on to other clients with their settings, so there the pooler itself must set them.
  const prepare = (settings: string) => async (client: pg.ClientBase) => {
    lookAfter(client, runningStatements);
    if (directUrl !== undefined) return;
    await client.query(settings);
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    if (rows[0] !== undefined) runningStatements.isDirect(client, rows[0].pid);
  };
  const makePool = (max: number, settings: string) => {
    const made = new pg.Pool({
      ...config,
      Client: servers.Client,
      max,
      idleTimeoutMillis: 60_000,
      onConnect: prepare(settings),
    });
    // A broken idle connection is replaced at the next query. Without a listener, the event would end the process.
    made.on('error', () => {});
    return made;
  };
  const limits = `SET lock_timeout = ${Math.ceil(lockTimeoutMs)}`;
  const pool = makePool(connections, `SET jit = off; ${limits}`);
  const planning = `SET jit = off; ${isNode ? ONE_PLAN : ONE_PLAN_UNLESS_CITUS}; ${limits}`;
  const planned = makePool(Math.floor(connections / 2), planning);
  const shared = new SharedConnections(servers.Client, config, SHARED_CONNECTIONS, prepare(planning));
  const listening = directUrl === undefined ? servers : new ServerChoice(directUrl);
  const listener = new PostgresListener(listening.Client, { ...config, connectionString: listening.first });

  const identity = {};
  const turns = new Turns(connections - RESERVED_FOR_READS, CONNECT_WITHIN_MS);

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
    if (statement.mayWaitForLocks && directUrl === undefined) return runPatiently(client, statement, limits);
    const timeoutMs = statement.timeoutMs ?? (isForRequest() ? requestTimeoutMs : undefined);
    if (timeoutMs === undefined || directUrl !== undefined) return run(client, statement);
    const { processID } = client as unknown as ClientInternals;
    const cancel = () => shared.onClient((other) => run(other, { text: CANCEL, values: [processID] }));
    return runWithin(client, statement, timeoutMs, cancel);
  };

  return {
    kind: 'postgres',
    identity,
    query: <Row>(statement: Statement) => {
      if (statement.isShort) return shared.onClient((client) => run<Row>(client, statement));
      const work = (client: pg.PoolClient) => inTime<Row>(client, statement);
      if (statement.isPlannedOnce) return onClient(work, planned);
      return statement.usesReserve ? onClient(work) : turns.take(() => onClient(work));
    },
    runScript: (text, values) =>
      turns.take(() =>
        onClient(async (client) => {
          if (!isByTenant({ identity })) return runScript(client, text, values);
          await run(client, { text: REPEAT_NO_SETTINGS });
          return runScript(client, text, values).finally(() => run(client, { text: REPEAT_SETTINGS }));
        }),
      ),
    transaction: (work) => turns.take(() => onClient((client) => inTransaction(client, work, inTime))),
    listen: (channel, onMessage) => listener.listen(channel, onMessage),
    lockName: (name) => listener.lockName(name),
    on: (host, port) =>
      postgresDatabase(withServer(listening.first, host, port), {
        lockTimeoutMs,
        requestTimeoutMs,
        connections,
        isNode: true,
      }),
    pools: () => ({ main: useOf(pool, turns.waiting), planned: useOf(planned) }),
    async close() {
      runningStatements.close();
      await Promise.all([listener.close(), pool.end(), planned.end(), shared.close()]);
    },
  };
}

function useOf({ options, totalCount, idleCount, waitingCount }: pg.Pool, others = 0): PoolUse {
  return { most: options.max, busy: totalCount - idleCount, idle: idleCount, waiting: waitingCount + others };
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
