import { Socket } from 'node:net';
import type pg from 'pg';
import { DatabaseUnavailable } from '../database-errors.ts';

interface Connection {
  readonly client: pg.Client;
  readonly socket: Socket;
  /** Resolves when it is ready for use. */
  readonly ready: Promise<void>;
  inFlight: number;
  isHeld: boolean;
}

/**
 * A few connections with pipelining: statements are sent without waiting for previous answers, so that those of one
 * moment go out in one message and return in one. Only for fast statements, because each waits for those before it.
 *
 * Measured with 32 clients and a query with 20 hits: 191 µs of the broker and 162 of PostgreSQL; with a pool 271 and
 * 244.
 */
export class SharedConnections {
  readonly #Client: typeof pg.Client;
  readonly #config: pg.ClientConfig;
  readonly #prepare: (client: pg.Client) => Promise<void>;
  readonly #connections: (Connection | undefined)[];
  #isClosed = false;

  /** @param prepare called with each connection before it is used */
  constructor(
    Client: typeof pg.Client,
    config: pg.ClientConfig,
    size: number,
    prepare: (client: pg.Client) => Promise<void>,
  ) {
    this.#Client = Client;
    this.#config = { ...config, pipeline: true };
    this.#prepare = prepare;
    this.#connections = new Array<Connection | undefined>(size).fill(undefined);
  }

  /** Runs `work`, which sends one statement, on the connection with the fewest unanswered statements. */
  async onClient<Result>(work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    if (this.#isClosed) throw new DatabaseUnavailable(false, new Error('The database is closed'));
    const place = this.#leastBusy();
    let connection = this.#connections[place];
    if (connection === undefined) {
      connection = this.#connect(place);
      this.#connections[place] = connection;
    }
    connection.inFlight++;
    try {
      await connection.ready;
      hold(connection);
      return await work(connection.client);
    } catch (error) {
      if (error instanceof DatabaseUnavailable) this.#drop(place, connection);
      throw error;
    } finally {
      connection.inFlight--;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#connections.map((connection) => connection?.client.end()));
  }

  #leastBusy(): number {
    let best = 0;
    for (let place = 0; place < this.#connections.length; place++) {
      const connection = this.#connections[place];
      const inFlight = connection?.inFlight ?? 0;
      if (inFlight === 0 && connection !== undefined) return place;
      if (inFlight < (this.#connections[best]?.inFlight ?? 0)) best = place;
    }
    return best;
  }

  #connect(place: number): Connection {
    const socket = new Socket();
    const client = new this.#Client({ ...this.#config, stream: () => socket });
    const connection = { client, socket, ready: this.#open(client), inFlight: 0, isHeld: false };
    // A broken connection is replaced at the next statement. Without a listener, the event would end the process.
    client.on('error', () => this.#drop(place, connection));
    return connection;
  }

  async #open(client: pg.Client): Promise<void> {
    try {
      await client.connect();
      await this.#prepare(client);
    } catch (cause) {
      throw new DatabaseUnavailable(false, cause);
    }
  }

  #drop(place: number, connection: Connection): void {
    if (this.#connections[place] !== connection) return;
    this.#connections[place] = undefined;
    connection.client.end().catch(() => {}); // it is broken anyway
  }
}

/** Buffers what is sent until all requests that have arrived so far have added theirs: one system call for all. */
function hold(connection: Connection): void {
  if (connection.isHeld) return;
  connection.isHeld = true;
  connection.socket.cork();
  setImmediate(() => {
    connection.isHeld = false;
    connection.socket.uncork();
  });
}
