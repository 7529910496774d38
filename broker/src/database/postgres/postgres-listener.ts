import { channelOf, MessageReader, messageKey } from '@alzette/kit/messages';
import pg from 'pg';
import { LOCK_NAME, UNLOCK_NAME } from '../database.ts';
import { endConnection } from './running-statements.ts';

type OnMessage = (payload: string) => void;

const RETRY_MS = [100, 250, 500, 1_000, 2_000, 5_000];
const RELOCK_MS = 5_000;
/** Often nothing is received for a long time, so the connection is tested regularly by a query. */
const ASK_EVERY_MS = 5_000;
const ANSWER_WITHIN_MS = 10_000;

/**
 * LISTEN and name locks on a separate connection. It is opened on first use, and after a failure reopened with all of
 * them.
 */
export class PostgresListener {
  readonly #Client: typeof pg.Client;
  readonly #config: pg.ClientConfig;
  readonly #channels = new Map<string, Set<OnMessage>>();
  readonly #names = new Set<string>();
  /** Names whose locks the server has been asked for. */
  readonly #taking = new Set<string>();
  #reader: MessageReader | undefined;
  #relock: NodeJS.Timeout | undefined;
  #connection: Promise<pg.Client> | undefined;
  #asked: Promise<unknown> = Promise.resolve();
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(Client: typeof pg.Client, config: pg.ClientConfig) {
    this.#Client = Client;
    this.#config = config;
  }

  /** @throws DatabaseUnavailable or pg's error: listening is not possible now */
  async listen(channel: string, onMessage: OnMessage): Promise<() => Promise<void>> {
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners.add(onMessage));
    const unlisten = async () => {
      listeners.delete(onMessage);
      if (listeners.size > 0 || this.#channels.get(channel) !== listeners) return;
      this.#channels.delete(channel);
      // If the connection is lost, the server has already removed the channel.
      const client = await this.#connection?.catch(() => undefined);
      if (client) await this.#ask(client, `UNLISTEN ${quotedChannel(channel)}`).catch(() => {});
    };
    try {
      const client = await this.#connected();
      await this.#openReader(client);
      await this.#ask(client, `LISTEN ${quotedChannel(channel)}`);
    } catch (error) {
      await unlisten();
      throw error;
    }
    return unlisten;
  }

  /** See {@link Database.lockName}. @throws pg's error: there is no connection now */
  async lockName(name: string): Promise<(() => Promise<void>) | undefined> {
    // A session can always take its own locks again, also while it is taking them.
    if (this.#names.has(name) || this.#taking.has(name)) return undefined;
    this.#taking.add(name);
    try {
      if (!(await this.#isLocked(await this.#connected(), name))) return undefined;
      this.#names.add(name);
    } finally {
      this.#taking.delete(name);
    }
    return async () => {
      this.#names.delete(name);
      const now = await this.#connection?.catch(() => undefined);
      if (now) await this.#ask(now, UNLOCK_NAME, [name]).catch(() => {}); // a lost connection has no locks
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#relock);
    this.#channels.clear();
    this.#names.clear();
    const client = await this.#connection?.catch(() => undefined);
    await client?.end();
  }

  /** Every role of the database may send to our channels: what is not ours is dropped. */
  #receive(channel: string, message: string): void {
    for (const [name, listeners] of this.#channels) {
      if (channelOf(name) !== channel) continue;
      const payload = this.#reader?.read(name, message);
      if (payload === undefined) continue;
      for (const onMessage of listeners) {
        try {
          onMessage(payload);
        } catch (error) {
          process.emitWarning(error as Error); // of one message: the process goes on
        }
      }
    }
  }

  async #openReader(client: pg.Client): Promise<void> {
    this.#reader ??= new MessageReader(
      await messageKey({
        query: async ({ text }) => ({ rows: (await this.#ask(client, text)).rows as never[], rowCount: 1 }),
      }),
    );
  }

  /** One query at a time, as `pg` requires. */
  #ask<Row extends pg.QueryResultRow>(client: pg.Client, text: string, values?: unknown[]) {
    const answer = this.#asked.then(() => client.query<Row>(text, values));
    this.#asked = answer.catch(() => {});
    return answer;
  }

  async #isLocked(client: pg.Client, name: string): Promise<boolean> {
    const { rows } = await this.#ask<{ locked: boolean }>(client, LOCK_NAME, [name]);
    return rows[0]?.locked ?? false;
  }

  #connected(): Promise<pg.Client> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  async #connect(): Promise<pg.Client> {
    const client = new this.#Client(this.#config);
    client.on('notification', ({ channel, payload = '' }) => this.#receive(channel, payload));
    client.on('error', () => {}); // 'end' follows and is handled
    try {
      await client.connect();
      for (const channel of this.#channels.keys()) await this.#ask(client, `LISTEN ${quotedChannel(channel)}`);
      await this.#lockAgain(client, this.#names);
    } catch (error) {
      client.end().catch(() => {});
      this.#reconnectLater();
      throw error;
    }
    this.#failures = 0;
    const timer = setInterval(() => this.#askWhetherThere(client), ASK_EVERY_MS);
    timer.unref();
    client.on('end', () => {
      clearInterval(timer);
      this.#reconnectLater();
    });
    return client;
  }

  /** Ends the connection if the server does not answer, so that a new one is opened. */
  #askWhetherThere(client: pg.Client): void {
    const late = setTimeout(() => endConnection(client), ANSWER_WITHIN_MS);
    late.unref();
    const answered = () => clearTimeout(late);
    this.#ask(client, 'SELECT 1').then(answered, answered);
  }

  /** Takes the locks again. Retries those that the server still keeps for the broken connection. */
  async #lockAgain(client: pg.Client, names: Iterable<string>): Promise<void> {
    const missing: string[] = [];
    for (const name of names) if (this.#names.has(name) && !(await this.#isLocked(client, name))) missing.push(name);
    if (missing.length === 0 || this.#closed) return;
    this.#relock = setTimeout(() => this.#lockAgain(client, missing).catch(() => {}), RELOCK_MS);
    this.#relock.unref();
  }

  #reconnectLater(): void {
    this.#connection = undefined;
    clearTimeout(this.#retry);
    clearTimeout(this.#relock);
    if (this.#closed || this.#channels.size + this.#names.size === 0) return;
    const pause = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)];
    this.#retry = setTimeout(() => this.#connected().catch(() => {}), pause);
    this.#retry.unref();
  }
}

function quotedChannel(name: string): string {
  return pg.escapeIdentifier(channelOf(name));
}
