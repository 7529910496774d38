import type { Database } from '../database/database.ts';
import type { Peers } from './peers.ts';

const CHANNEL = 'broker_hearing';
/** One that is busy or whose connection is broken is not waited for any longer: it catches up by itself. */
const HEARD_WITHIN_MS = 1_000;

const TELL = `SELECT pg_notify('${CHANNEL}', $1)`;

type Message =
  | { readonly ask: number; readonly by: string }
  | { readonly heard: number; readonly to: string; readonly by: readonly string[] };

interface Waiting {
  readonly names: Set<string>;
  resolve(): void;
}

/**
 * Lets a process wait until the others have taken in what it has changed. PostgreSQL hands over the messages of NOTIFY in
 * the order of their commits, so who hears the question has heard of the change before.
 */
export class Hearing {
  readonly #db: Database;
  readonly #peers: Peers;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #finish: () => Promise<unknown>;
  #asked = 0;
  #unlisten = async () => {};

  /** @param finish what is done before others are answered, beside the changes being taken in */
  constructor(db: Database, peers: Peers, finish: () => Promise<unknown>) {
    this.#db = db;
    this.#peers = peers;
    this.#finish = finish;
  }

  async start(): Promise<void> {
    this.#unlisten = await this.#db.listen(CHANNEL, (payload) => {
      const message = JSON.parse(payload) as Message;
      if ('ask' in message) {
        if (message.by !== this.#peers.name) void this.#answer(message.ask, message.by).catch(() => {}); // not waited for long
      } else if (message.to === this.#peers.name) this.#heard(message.heard, message.by);
    });
  }

  async close(): Promise<void> {
    await this.#unlisten();
    for (const { resolve } of this.#waiting.values()) resolve();
  }

  /** Takes note that a change of another process is being taken in. */
  during(work: Promise<unknown>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work)).catch(() => {}); // whoever began it sees to its errors
  }

  /** Resolves when all other processes have taken in what was committed before; at once where there are none. */
  async byAll(): Promise<void> {
    if (!this.#peers.areThere) return;
    const names = new Set(await this.#peers.living());
    if (names.size === 0) return;
    const number = ++this.#asked;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(number, { names, resolve });
    const timer = setTimeout(resolve, HEARD_WITHIN_MS);
    try {
      await this.#tell({ ask: number, by: this.#peers.name });
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(number);
    }
  }

  async #answer(ask: number, to: string): Promise<void> {
    await Promise.allSettled([...this.#underWay, this.#finish()]);
    await this.#tell({ heard: ask, to, by: this.#peers.names });
  }

  #heard(number: number, by: readonly string[]): void {
    const waiting = this.#waiting.get(number);
    for (const name of by) waiting?.names.delete(name);
    if (waiting?.names.size === 0) waiting.resolve();
  }

  async #tell(message: Message): Promise<void> {
    await this.#db.query({ name: 'tell-hearing', text: TELL, values: [JSON.stringify(message)] });
  }
}
