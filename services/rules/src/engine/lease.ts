import { randomUUID } from 'node:crypto';
import type { Database, Queryable } from '@alzette/kit/database';
import type { Logger } from 'pino';
import { giveUpLease, holdsLease, takeLease } from '../store/lease-rows.ts';

const NAME = 'engine';
/** A leader that is gone is followed after this and one try at the most: 13 seconds. */
const LEASE_MS = 10_000;
const TRY_EVERY_MS = 3000;

/** The work that one process of all does: whoever has the lease. */
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

  /** As far as we know; what is written under it asks again. */
  isHeld(): boolean {
    return performance.now() < this.#until;
  }

  /** @throws LeaseLost: somebody else has taken over */
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
      this.#logger.warn({ err: error }, 'the lease on following rules could not be renewed');
    }
  }
}

export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}
