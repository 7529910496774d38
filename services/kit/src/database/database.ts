/** `name` makes it a prepared statement, parsed once a connection. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

export interface Rows<Row> {
  readonly rows: Row[];
  readonly rowCount: number;
}

/**
 * What can be asked of a connection. Values come back as: `json`/`jsonb` → its text, unparsed; `timestamptz` → Date;
 * `int8` → number; `bytea` → bytes; arrays of text → string[].
 */
export interface Queryable {
  query<Row = Record<string, unknown>>(statement: Statement): Promise<Rows<Row>>;
}

/** What a service asks of PostgreSQL, or of the embedded database: the same SQL runs on both. */
export interface Database extends Queryable {
  /** The embedded one is open in this process alone. */
  readonly kind: 'postgres' | 'pglite';
  /** Runs `work` in one transaction: COMMIT when it resolves, ROLLBACK when it rejects. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * Runs SQL as a library written for `pg` expects: without values it may be several statements, and the rows of all of
   * them come back in order; JSON is parsed.
   */
  runScript(text: string, values?: readonly unknown[]): Promise<{ readonly rows: unknown[] }>;
  /**
   * Of the embedded database alone: writes all of it to a file, as an archive that a new one can begin with. `before` sees it
   * as it is written.
   */
  archive?<T>(file: string, before: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Calls `onMessage` for each NOTIFY on the channel; resolves to the undoing. */
  listen(channel: string, onMessage: (payload: string) => void): Promise<() => Promise<void>>;
}
