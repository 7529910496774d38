import { randomUUID } from 'node:crypto';
import type { Database, Queryable } from '@alzette/kit/database';
import type { Logger } from 'pino';
import { giveUpLease, holdsLease, takeLease } from '../store/lease-rows.ts';

const NAME = 'engine';
/** After a leader dies, another process takes over after this time and at most one attempt: 13 seconds. */
const LEASE_MS = 10_000;
const TRY_EVERY_MS = 3000;

/** A lease for work that only one process does. */
export class Lease {
  readonly #db: Database;
  readonly #logger: Logger;
  readonly #holder = randomUUID();
  readonly #onTaken: () => void;
  #until = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(db: Database, logger: Logger, onTaken: () => void) {
    this.#db = db;
    this.#logger = logger;
    this.#onTaken = onTaken;
  }

  async start(): Promise<void> {
    await this.#try();
    this.#timer = setInterval(() => void this.#try(), TRY_EVERY_MS);
  }

  /** Whether we hold the lease as far as we know; transactions check it again. */
  isHeld(): boolean {
    return performance.now() < this.#until;
  }

  /** @throws LeaseLost: another process has taken over */
  async hold(tx: Queryable): Promise<void> {
    if (await holdsLease(tx, NAME, this.#holder)) return;
    this.#until = 0;
    throw new LeaseLost();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#until = 0;
    await giveUpLease(this.#db, NAME, this.#holder);
  }

  async #try(): Promise<void> {
    const [was, asked] = [this.isHeld(), performance.now()];
    try {
      const isTaken = await takeLease(this.#db, NAME, this.#holder, LEASE_MS);
      this.#until = isTaken ? asked + LEASE_MS : 0;
      if (isTaken && !was) this.#onTaken();
    } catch (error) {
      this.#logger.warn({ err: error }, 'could not renew the lease on evaluating rules');
    }
  }
}

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}
