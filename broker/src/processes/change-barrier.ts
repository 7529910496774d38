import type { Database } from '../database/database.ts';
import type { Peers } from './peers.ts';

const CHANNEL = 'broker_hearing';
/** A process that is busy or has lost its connection is not waited for longer; it catches up by itself. */
const LONGEST_WAIT_MS = 1_000;

const NOTIFY = `SELECT send_message('${CHANNEL}', $1)`;

type Message =
  | { readonly ask: number; readonly by: string }
  | { readonly heard: number; readonly to: string; readonly by: readonly string[] };

interface Waiting {
  readonly names: Set<string>;
  resolve(): void;
}

/**
 * Lets a process wait until all others have applied its changes. PostgreSQL delivers NOTIFY messages in commit order,
 * so a process that receives the question has already received the changes before it.
 */
export class ChangeBarrier {
  readonly #db: Database;
  readonly #peers: Peers;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #waiting = new Map<number, Waiting>();
  readonly #finish: () => Promise<unknown>;
  #asked = 0;
  #unlisten = async () => {};

  /** @param finish awaited before a process is answered, in addition to the changes being applied */
  constructor(db: Database, peers: Peers, finish: () => Promise<unknown>) {
    this.#db = db;
    this.#peers = peers;
    this.#finish = finish;
  }

  async start(): Promise<void> {
    this.#unlisten = await this.#db.listen(CHANNEL, (payload) => {
      const message = JSON.parse(payload) as Message;
      if ('ask' in message) {
        const { name } = this.#peers;
        if (message.by === name && !this.#waiting.get(message.ask)?.names.has(name)) return;
        void this.#answer(message.ask, message.by).catch(() => {}); // who asks waits only for a limited time
      } else if (message.to === this.#peers.name) this.#acknowledge(message.heard, message.by);
    });
  }

  async close(): Promise<void> {
    await this.#unlisten();
    for (const { resolve } of this.#waiting.values()) resolve();
  }

  /** Records that a change of another process is being applied. */
  track(work: Promise<unknown>): void {
    this.#underWay.add(work);
    void work.finally(() => this.#underWay.delete(work)).catch(() => {}); // the code that started it handles its errors
  }

  /**
   * Resolves when all other processes have applied what was committed before; immediately if there are none.
   *
   * @param alsoHere this process has only committed the change, too, and applies it when it is told, as the others do
   */
  async allCaughtUp(alsoHere = false): Promise<void> {
    const { name, hasOtherProcesses } = this.#peers;
    const names = new Set(hasOtherProcesses ? await this.#peers.living() : []);
    if (alsoHere) names.add(name);
    if (names.size === 0) return;
    const number = ++this.#asked;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.set(number, { names, resolve });
    const timer = setTimeout(resolve, LONGEST_WAIT_MS);
    try {
      await this.#send({ ask: number, by: name });
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(number);
    }
  }

  async #answer(ask: number, to: string): Promise<void> {
    await Promise.allSettled([...this.#underWay, this.#finish()]);
    await this.#send({ heard: ask, to, by: this.#peers.names });
  }

  #acknowledge(number: number, by: readonly string[]): void {
    const waiting = this.#waiting.get(number);
    for (const name of by) waiting?.names.delete(name);
    if (waiting?.names.size === 0) waiting.resolve();
  }

  async #send(message: Message): Promise<void> {
    await this.#db.query({ name: 'tell-change-barrier', text: NOTIFY, values: [JSON.stringify(message)] });
  }
}
