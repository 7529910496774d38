/** `name` makes it a prepared statement, parsed once a connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
  /** With a name: one plan serves whatever the values are. PostgreSQL would weigh it against plans made for each. */
  readonly isPlannedOnce?: boolean;
  /** The same, and it is soon answered whatever they are: it may go out on one connection with others. */
  readonly isShort?: boolean;
  /** Unless `isShort`: how long PostgreSQL may work on it before it is cancelled with `StatementTimeout`. */
  readonly timeoutMs?: number;
  /** It is no request's, and waits for its locks however long that takes. */
  readonly mayWaitForLocks?: boolean;
}

export interface Rows<Row> {
  readonly rows: Row[];
  readonly rowCount: number;
}

/**
 * What can be asked of a connection. Values come back as: `json`/`jsonb` → its text, unparsed (the hot path sends it on
 * or parses it once itself); `timestamptz` → Date; `int8` → number; arrays of text → string[].
 */
export interface Queryable {
  query<Row = Record<string, unknown>>(statement: Statement): Promise<Rows<Row>>;
  /** Feeds a `COPY … FROM STDIN` with chunks of its text format; in transactions of PostgreSQL, not of the embedded one. */
  copyFrom?(text: string, chunks: Iterable<string>): Promise<void>;
  /** Where there are replicas: which server answers what is being read now. */
  chooseSource?(): Promise<Queryable>;
}

/** First key of the advisory locks on names: keeps them apart from others'. */
export const NAME_LOCKS = 0x416c7a;

export const LOCK_NAME = `SELECT pg_try_advisory_lock(${NAME_LOCKS}, hashtext($1)) AS locked`;

export const UNLOCK_NAME = `SELECT pg_advisory_unlock(${NAME_LOCKS}, hashtext($1))`;

/** The one door to PostgreSQL + PostGIS, with two makers: `pg` on a URL, and PGlite in a worker thread. */
export interface Database extends Queryable {
  readonly kind: 'postgres' | 'pglite';
  /** The same for all that stand for one database, such as its reads with a timeout: what is known of it is kept by this. */
  readonly identity: object;
  /** Runs `work` in one transaction on one connection: COMMIT when it resolves, ROLLBACK when it rejects. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * Runs SQL as a library written for `pg` expects: without values it may be several statements, and the rows of all of
   * them come back in order; JSON is parsed. A transaction that the text leaves open or failed is rolled back.
   */
  runScript(text: string, values?: readonly unknown[]): Promise<{ readonly rows: unknown[] }>;
  /** Calls `onMessage` with each payload NOTIFYed on `channel`; survives reconnection. Resolves to the undoing. */
  listen(channel: string, onMessage: (payload: string) => void): Promise<() => Promise<void>>;
  /**
   * Takes the session's advisory lock ({@link NAME_LOCKS}, hashtext of the name) and keeps it, also over reconnections.
   * Resolves to giving it up; undefined: somebody has it.
   */
  lockName(name: string): Promise<(() => Promise<void>) | undefined>;
  /**
   * Of the embedded database alone: writes all of it to a file, as an archive that a new one can begin with. `before` sees it
   * as it is written.
   */
  archive?<T>(file: string, before: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Connections to the server, by pool; the embedded database has none. */
  pools?(): { readonly [pool: string]: PoolUse };
  close(): Promise<void>;
}

export interface PoolUse {
  readonly most: number;
  readonly busy: number;
  readonly idle: number;
  /** Queries that wait for a connection. */
  readonly waiting: number;
}
