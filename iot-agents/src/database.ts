/** The database interface of iot-agents, implemented by the platform. `jsonb` is returned as text, `bytea` as bytes. */
export interface Queryable {
  query<Row = Record<string, unknown>>(statement: {
    readonly name?: string;
    readonly text: string;
    readonly values?: readonly unknown[];
  }): Promise<{ readonly rows: Row[]; readonly rowCount: number }>;
}

export interface Database extends Queryable {
  /** The embedded database is open in this process only. */
  readonly kind: 'postgres' | 'pglite';
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Calls `onMessage` for each NOTIFY on the channel. Returns a function that stops listening. */
  listen(channel: string, onMessage: (payload: string) => void): Promise<() => Promise<void>>;
}
