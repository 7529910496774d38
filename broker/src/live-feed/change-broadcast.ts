import { randomUUID } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { EntityChange } from '../model/change.ts';
import { type ChangeNews, newsOf } from './broadcast-change.ts';

const CHANNEL = 'entity_change';
/** PostgreSQL takes 8000 bytes. */
const MAX_BYTES = 7900;
const SEND = `SELECT pg_notify('${CHANNEL}', payload) FROM unnest($1::text[]) AS p (payload)`;

interface Letter {
  readonly by: string;
  /** Counts the letters of a process, so that a lost one is missed. */
  readonly number: number;
  readonly news: readonly ChangeNews[];
}

export interface NewsListener {
  /** What another process has committed, in its order. */
  onNews(news: readonly ChangeNews[]): void;
  /** News were lost. */
  onGap(): void;
}

/** Tells the other processes on the database what this one has committed, and hears it from them. */
export class NewsExchange {
  readonly #db: Database;
  readonly #peers: { readonly areThere: boolean };
  readonly #log: { warn(fields: object, message: string): void };
  readonly #by = randomUUID();
  readonly #numbers = new Map<string, number>();
  #number = 0;
  #pending: ChangeNews[] = [];
  #sending: Promise<void> | undefined;
  #unlisten = async () => {};

  constructor(
    db: Database,
    peers: { readonly areThere: boolean },
    log: { warn(fields: object, message: string): void },
  ) {
    this.#db = db;
    this.#peers = peers;
    this.#log = log;
  }

  async start(listener: NewsListener): Promise<void> {
    this.#unlisten = await this.#db.listen(CHANNEL, (payload) => {
      const { by, number, news } = JSON.parse(payload) as Letter;
      if (by === this.#by) return;
      const last = this.#numbers.get(by);
      this.#numbers.set(by, number);
      if (last !== undefined && number !== last + 1) listener.onGap();
      listener.onNews(news);
    });
  }

  /** Alone on the database it costs nothing. */
  publish(changes: readonly EntityChange[]): void {
    if (!this.#peers.areThere) return;
    for (const change of changes) this.#pending.push(newsOf(change));
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  async close(): Promise<void> {
    await this.#unlisten();
    await this.#sending;
  }

  /** While one statement is under way, the next collects. */
  async #send(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0) {
      const letters = this.#letters(this.#pending);
      this.#pending = [];
      try {
        await this.#db.query({ name: 'send-news', text: SEND, values: [letters] });
      } catch (error) {
        this.#log.warn({ error }, 'Other processes could not be told of changes'); // their followers start anew
      }
    }
  }

  #letters(news: readonly ChangeNews[]): string[] {
    const letters: string[] = [];
    let items: string[] = [];
    let bytes = 0;
    const seal = () => {
      if (items.length === 0) return;
      letters.push(`{"by":"${this.#by}","number":${++this.#number},"news":[${items.join()}]}`);
      items = [];
      bytes = 0;
    };
    for (const one of news) {
      const text = JSON.stringify(one);
      const size = Buffer.byteLength(text) + 1;
      if (bytes + size > MAX_BYTES - 100) seal();
      // Too long for any letter: the number that is left out tells the others that they miss something.
      if (size > MAX_BYTES - 100) {
        this.#number++;
        continue;
      }
      items.push(text);
      bytes += size;
    }
    seal();
    return letters;
  }
}
