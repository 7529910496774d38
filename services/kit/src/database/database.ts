/** `name` makes it a prepared statement, which is parsed once per connection. */
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
 * What can be done with a connection. Values are returned as follows: `json`/`jsonb` → text, unparsed; `timestamptz` →
 * Date; `int8` → number; `bytea` → bytes; arrays of text → string[].
 */
export interface Queryable {
  query<Row = Record<string, unknown>>(statement: Statement): Promise<Rows<Row>>;
}

/** A transaction, not the database itself, whose statements would be committed one by one. */
export type Transaction = Queryable & { readonly transaction?: never };

/** The database interface of services. The same SQL runs on PostgreSQL and on the embedded database. */
export interface Database extends Queryable {
  /** The embedded database is open in this process only. */
  readonly kind: 'postgres' | 'pglite';
  /** Runs `work` in a transaction: COMMIT if it resolves, ROLLBACK if it rejects. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /**
   * Runs SQL for libraries written for `pg`: without values it may contain several statements, whose rows are returned
   * together in order, and JSON is parsed.
   */
  runScript(text: string, values?: readonly unknown[]): Promise<{ readonly rows: unknown[] }>;
  /**
   * Embedded database only: writes it to an archive file, from which a new one can be created. `before` runs on exactly
   * the archived state.
   */
  archive?<T>(file: string, before: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Calls `onMessage` for each NOTIFY on the channel. Returns a function that stops listening. */
  listen(channel: string, onMessage: (payload: string) => void): Promise<() => Promise<void>>;
}
