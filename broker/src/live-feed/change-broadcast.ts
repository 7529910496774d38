import { randomUUID } from 'node:crypto';
import { LONGEST_MESSAGE, sealed } from '@alzette/kit/messages';
import type { Database } from '../database/database.ts';
import type { EntityChange } from '../model/change.ts';
import { type BroadcastChange, broadcastOf } from './broadcast-change.ts';

const CHANNEL = 'entity_change';
const SEND = `SELECT send_message('${CHANNEL}', payload) FROM unnest($1::text[]) AS p (payload)`;

interface Broadcast {
  readonly by: string;
  /** Sequence number of the sending process; a gap shows that a message was lost. */
  readonly number: number;
  readonly news: readonly BroadcastChange[];
}

interface BroadcastListener {
  /** Changes committed by another process, in its order. */
  onChanges(changes: readonly BroadcastChange[]): void;
  /** Changes were lost. */
  onLost(): void;
}

/** Broadcasts the committed changes of this process to the other processes on the database, and receives theirs. */
export class ChangeBroadcast {
  readonly #db: Database;
  readonly #peers: { readonly hasOtherProcesses: boolean };
  readonly #log: { warn(fields: object, message: string): void };
  readonly #by = randomUUID();
  readonly #numbers = new Map<string, number>();
  #number = 0;
  #pending: BroadcastChange[] = [];
  #sending: Promise<void> | undefined;
  #unlisten = async () => {};

  constructor(
    db: Database,
    peers: { readonly hasOtherProcesses: boolean },
    log: { warn(fields: object, message: string): void },
  ) {
    this.#db = db;
    this.#peers = peers;
    this.#log = log;
  }

  async start(listener: BroadcastListener): Promise<void> {
    this.#unlisten = await this.#db.listen(CHANNEL, (payload) => {
      const { by, number, news: changes } = JSON.parse(payload) as Broadcast;
      if (by === this.#by) return;
      const last = this.#numbers.get(by);
      if (last !== undefined && number <= last) return; // somebody has sent an old message again
      this.#numbers.set(by, number);
      if (last !== undefined && number !== last + 1) listener.onLost();
      listener.onChanges(changes);
    });
  }

  /** Does nothing while this is the only process on the database. */
  publish(changes: readonly EntityChange[]): void {
    if (!this.#peers.hasOtherProcesses) return;
    for (const change of changes) this.#pending.push(broadcastOf(change));
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  async close(): Promise<void> {
    await this.#unlisten();
    await this.#sending;
  }

  /** Changes that arrive while a statement is in progress go with the next one. */
  async #send(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0) {
      const messages = this.#messages(this.#pending);
      this.#pending = [];
      try {
        const values = [await Promise.all(messages.map((message) => sealed(this.#db, message)))];
        await this.#db.query({ name: 'send-news', text: SEND, values });
      } catch (error) {
        this.#log.warn({ error }, 'Could not broadcast changes to other processes'); // // their clients must reload
      }
    }
  }

  #messages(changes: readonly BroadcastChange[]): string[] {
    const messages: string[] = [];
    let items: string[] = [];
    let bytes = 0;
    const seal = () => {
      if (items.length === 0) return;
      messages.push(`{"by":"${this.#by}","number":${++this.#number},"news":[${items.join()}]}`);
      items = [];
      bytes = 0;
    };
    for (const one of changes) {
      const text = JSON.stringify(one);
      const size = Buffer.byteLength(text) + 1;
      if (bytes + size > LONGEST_MESSAGE - 100) seal();
      // Too long for a message: the skipped number tells the receivers that a change is missing.
      if (size > LONGEST_MESSAGE - 100) {
        this.#number++;
        continue;
      }
      items.push(text);
      bytes += size;
    }
    seal();
    return messages;
  }
}
