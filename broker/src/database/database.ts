/** `name` makes it a prepared statement, which is parsed once per connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Requires a name. One plan is used for all values; otherwise PostgreSQL would compare it with custom plans. */
  readonly isPlannedOnce?: boolean;
  /** Like `isPlannedOnce`, and fast for any values, so that it may share a connection with other statements. */
  readonly isShort?: boolean;
  /** Unless `isShort`: the time limit, after which it is cancelled with `StatementTimeout`. */
  readonly timeoutMs?: number;
  /** It may use the connections that are reserved for reads of requests, and for what these depend on. */
  readonly usesReserve?: boolean;
  /** For background work: it waits for locks without a time limit. */
  readonly mayWaitForLocks?: boolean;
}

export interface Rows<Row> {
  readonly rows: Row[];
  readonly rowCount: number;
}

/**
 * What can be done with a connection. Values are returned as follows: `json`/`jsonb` → text, unparsed (the hot path
 * forwards it or parses it once itself); `timestamptz` → Date; `int8` → number; arrays of text → string[].
 */
export interface Queryable {
  query<Row = Record<string, unknown>>(statement: Statement): Promise<Rows<Row>>;
  /**
   * Sends chunks of text format to a `COPY … FROM STDIN`. Available in transactions of PostgreSQL, not of the embedded
   * database.
   */
  copyFrom?(text: string, chunks: Iterable<string>): Promise<void>;
  /** With replicas: chooses the server for the current read. */
  chooseSource?(): Promise<Queryable>;
}

/** The first key of advisory locks on names, which separates them from others. */
export const NAME_LOCKS = 0x416c7a;

export const LOCK_NAME = `SELECT pg_try_advisory_lock(${NAME_LOCKS}, hashtext($1)) AS locked`;

export const UNLOCK_NAME = `SELECT pg_advisory_unlock(${NAME_LOCKS}, hashtext($1))`;

/** Access to PostgreSQL + PostGIS. Two implementations: `pg` with a URL, and PGlite in a worker thread. */
export interface Database extends Queryable {
  readonly kind: 'postgres' | 'pglite';
  /**
   * The same object for all wrappers of one database, such as reads with a timeout. Caches about the database use it as
   * key.
   */
  readonly identity: object;
  /** Runs `work` in a transaction on one connection: COMMIT if it resolves, ROLLBACK if it rejects. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * With a cluster: runs reads of one tenant in a transaction of its node. Repeats them by the coordinator if the tenant has
   * moved or the node can't answer.
   */
  ofTenant?<T>(tenant: string, reads: (tx: Queryable, isOnNode: boolean) => Promise<T>): Promise<T>;
  /**
   * Runs SQL for libraries written for `pg`: without values it may contain several statements, whose rows are returned
   * together in order, and JSON is parsed. A transaction left open or failed is rolled back.
   */
  runScript(text: string, values?: readonly unknown[]): Promise<{ readonly rows: unknown[] }>;
  /**
   * Calls `onMessage` with each payload NOTIFYed on `channel`, also after reconnections. Returns a function that stops
   * listening.
   */
  listen(channel: string, onMessage: (payload: string) => void): Promise<() => Promise<void>>;
  /**
   * Takes a session-level advisory lock ({@link NAME_LOCKS}, hashtext of the name) and keeps it over reconnections.
   * Returns a function that releases it; undefined: someone else holds it.
   */
  lockName(name: string): Promise<(() => Promise<void>) | undefined>;
  /**
   * Embedded database only: writes it to an archive file, from which a new one can be created. `before` runs on exactly
   * the archived state.
   */
  archive?<T>(file: string, before: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * PostgreSQL only: the same database on another server of its cluster, without a pooler. Prepared statements are planned
   * once. The caller must close it.
   */
  on?(host: string, port: number): Database;
  /** Connections to the server by pool; absent for the embedded database. */
  pools?(): { readonly [pool: string]: PoolUse };
  close(): Promise<void>;
}

export interface PoolUse {
  readonly most: number;
  readonly busy: number;
  readonly idle: number;
  /** Queries waiting for a connection. */
  readonly waiting: number;
}
