import pg from 'pg';

type OnMessage = (payload: string) => void;

const RETRY_MS = [100, 250, 500, 1_000, 2_000, 5_000];

/** LISTEN on a connection of its own, opened with the first channel and reopened, with all channels, when it breaks. */
export class PostgresListener {
  readonly #config: pg.ClientConfig;
  readonly #channels = new Map<string, Set<OnMessage>>();
  #connection: Promise<pg.Client> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #failures = 0;
  #closed = false;

  constructor(config: pg.ClientConfig) {
    this.#config = config;
  }

  /** @throws DatabaseUnavailable or pg's error: the channel can't be listened to now */
  async listen(channel: string, onMessage: OnMessage): Promise<() => Promise<void>> {
    const listeners = this.#channels.get(channel) ?? new Set();
    this.#channels.set(channel, listeners.add(onMessage));
    const unlisten = async () => {
      listeners.delete(onMessage);
      if (listeners.size > 0 || this.#channels.get(channel) !== listeners) return;
      this.#channels.delete(channel);
      // When the connection is lost the server has forgotten the channel by itself.
      const client = await this.#connection?.catch(() => undefined);
      await client?.query(`UNLISTEN ${pg.escapeIdentifier(channel)}`).catch(() => {});
    };
    try {
      const client = await this.#connected();
      await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      await unlisten();
      throw error;
    }
    return unlisten;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#channels.clear();
    const client = await this.#connection?.catch(() => undefined);
    await client?.end();
  }

  #connected(): Promise<pg.Client> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client(this.#config);
    client.on('notification', ({ channel, payload }) => {
      for (const onMessage of this.#channels.get(channel) ?? []) onMessage(payload ?? '');
    });
    client.on('error', () => {}); // 'end' follows and is acted on
    try {
      await client.connect();
      for (const channel of this.#channels.keys()) await client.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
    } catch (error) {
      client.end().catch(() => {});
      this.#reconnectLater();
      throw error;
    }
    this.#failures = 0;
    client.on('end', () => this.#reconnectLater());
    return client;
  }

  #reconnectLater(): void {
    this.#connection = undefined;
    clearTimeout(this.#retry);
    if (this.#closed || this.#channels.size === 0) return;
    const pause = RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)];
    this.#retry = setTimeout(() => this.#connected().catch(() => {}), pause);
    this.#retry.unref();
  }
}
