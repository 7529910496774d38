import { parsePostgresUrl, serverOf } from '@alzette/kit/postgres-url';
import pg from 'pg';

/** The timeout for the answer of a server. All servers are asked in parallel. */
const ASK_WITHIN_MS = 2_500;
/** The server found is used for connections opened within this time. */
const FOUND_FOR_MS = 1_000;

// A former primary that is running again also accepts writes, but has an older timeline.
const STATE = `
  SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AS writable,
    CASE WHEN pg_is_in_recovery() THEN 0 ELSE ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int END AS timeline`;

interface State {
  readonly writable: boolean;
  /** 0: the server is a standby. */
  readonly timeline: number;
}

interface Found {
  readonly url: string;
  readonly until: number;
}

/**
 * Finds, for each connection, the one of several servers that currently accepts writes. If two accept writes, it is the
 * one with the later timeline, because the other is a former primary. A single server is used without asking, unless
 * its URL requires one that accepts writes.
 */
export class ServerChoice {
  /** A subclass of `pg.Client` that connects to the server found. Pools use it in place of `pg.Client`. */
  readonly Client: typeof pg.Client;
  readonly #servers: readonly string[];
  readonly #asksFirst: boolean;
  #found: Promise<Found> | undefined;
  /** The latest timeline seen. Servers with an earlier timeline are never written to again. */
  #timeline = 0;

  /** @throws Error: it is not a URL of PostgreSQL */
  constructor(url: string) {
    const parsed = parsePostgresUrl(url);
    if (parsed === undefined) throw new Error('The URL of the database is not a PostgreSQL URL');
    this.#servers = parsed.servers;
    const { wanted = parsed.servers.length > 1 ? 'read-write' : 'any' } = parsed;
    this.#asksFirst = wanted === 'read-write' || wanted === 'primary';
    this.Client = clientOf(this);
  }

  /** The URL of one of the servers, for what they have in common: user, password and database name. */
  get first(): string {
    return this.#servers[0] as string;
  }

  /** Where to connect to. @throws Error: none of the servers takes writes */
  async find(): Promise<string> {
    if (!this.#asksFirst) return this.first;
    const known = await this.#found?.catch(() => undefined);
    if (known !== undefined && performance.now() < known.until) return known.url;
    // If the search has been repeated by another caller meanwhile, its result is used.
    const pendingSearch = this.#found;
    if (pendingSearch === undefined || (await pendingSearch.catch(() => undefined)) === known)
      this.#found = this.#ask();
    return (await (this.#found as Promise<Found>)).url;
  }

  /** Checks a new connection. @throws Error: the server does not accept writes now */
  async check(client: pg.Client): Promise<void> {
    if (!this.#asksFirst) return;
    const { writable, timeline } = await stateOf(client);
    if (writable && timeline >= this.#timeline) return;
    this.forget();
    throw new Error(writable ? 'The server is a former primary' : 'The server accepts no writes');
  }

  /** A connection failed, so the server must be searched again. */
  forget(): void {
    this.#found = undefined;
  }

  async #ask(): Promise<Found> {
    const asked = await Promise.all(this.#servers.map((url) => ask(url)));
    let best: { url: string; timeline: number } | undefined;
    for (const [place, answer] of asked.entries()) {
      if (answer instanceof Error || !answer.writable || answer.timeline < this.#timeline) continue;
      if (best === undefined || answer.timeline > best.timeline)
        best = { url: this.#servers[place] as string, timeline: answer.timeline };
    }
    if (best === undefined) throw new Error(`No server takes writes: ${this.#describe(asked)}`);
    this.#timeline = best.timeline;
    return { url: best.url, until: performance.now() + FOUND_FOR_MS };
  }

  #describe(asked: readonly (State | Error)[]): string {
    const described = asked.map((answer, place) => {
      const what =
        answer instanceof Error
          ? answer.message || String((answer as NodeJS.ErrnoException).code)
          : answer.writable
            ? 'is a former primary'
            : 'accepts no writes';
      return `${serverOf(this.#servers[place] as string)}: ${what}`;
    });
    return described.join('; ');
  }
}

async function ask(url: string): Promise<State | Error> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: ASK_WITHIN_MS,
    query_timeout: ASK_WITHIN_MS,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await stateOf(client);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    client.end().catch(() => {}); // the server may be unreachable
  }
}

async function stateOf(client: pg.Client): Promise<State> {
  const { rows } = await client.query<State>(STATE);
  return rows[0] as State; // it is one row
}

type Connected = (error: Error | null, client: pg.Client) => void;

/** A `pg.Client` that searches its server when it connects. */
function clientOf(choice: ServerChoice): typeof pg.Client {
  return class extends pg.Client {
    override connect(): Promise<pg.Client>;
    override connect(callback: ((error: Error) => void) | ((error: null, client: pg.Client) => void)): undefined;
    override connect(
      callback?: ((error: Error) => void) | ((error: null, client: pg.Client) => void),
    ): Promise<pg.Client> | undefined {
      const connecting = this.#connect();
      if (callback === undefined) return connecting;
      const done = callback as Connected; // pg calls it in both ways
      connecting.then(
        (client) => done(null, client),
        (error: Error) => done(error, this),
      );
      return undefined;
    }

    async #connect(): Promise<pg.Client> {
      this.on('error', () => {}); // without a listener, a failure during the check would end the process
      try {
        const { host, port } = new pg.Client({ connectionString: await choice.find() });
        // Where `pg` looks when it connects.
        Object.assign(this, { host, port });
        await super.connect();
        await choice.check(this);
        return this;
      } catch (error) {
        choice.forget();
        this.end().catch(() => {});
        throw error;
      }
    }
  };
}
