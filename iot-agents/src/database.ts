/** What iot-agents asks of PostgreSQL; the platform hands in what fits. `jsonb` comes back as text, `bytea` as bytes. */
export interface Queryable {
  query<Row = Record<string, unknown>>(statement: {
    readonly name?: string;
    readonly text: string;
    readonly values?: readonly unknown[];
  }): Promise<{ readonly rows: Row[]; readonly rowCount: number }>;
}

export interface Database extends Queryable {
  /** The embedded one is open in this process alone. */
  readonly kind: 'postgres' | 'pglite';
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  /** Calls `onMessage` for each NOTIFY on the channel; resolves to the undoing. */
  listen(channel: string, onMessage: (payload: string) => void): Promise<() => Promise<void>>;
}
