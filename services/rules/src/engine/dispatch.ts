import type { Database } from '@alzette/kit/database';
import type { ServiceContext } from '@alzette/kit/service';
import { type NgsiLdClient, NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import type { Logger } from 'pino';
import type { AlarmPort } from '../alarm-register/alarm-port.ts';
import {
  type ActRow,
  countTry,
  dropActs,
  dropWrite,
  readActs,
  readWrites,
  type WriteRow,
} from '../store/alarm-rows.ts';
import { authorOfRule } from '../store/rule-rows.ts';

interface DispatchParts {
  readonly db: Database;
  readonly client: NgsiLdClient;
  readonly clientAs: ServiceContext['clientAs'];
  readonly context: string;
  readonly alarms: AlarmPort;
  readonly logger: Logger;
}

const MAX_CONCURRENT = 500;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
const MAX_TRIES = 20;

/** Sends decided acts and attribute writes in order, and retries until they are accepted. */
export class Dispatch {
  readonly #parts: DispatchParts;
  #running: Promise<void> | undefined;
  #isAsked = false;
  #isStopped = false;
  #pauseMs = FIRST_PAUSE_MS;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: DispatchParts) {
    this.#parts = parts;
  }

  wake(): void {
    this.#isAsked = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#isAsked && !this.#isStopped) {
      this.#isAsked = false;
      try {
        while (!this.#isStopped && (await this.#sendActs())) this.#pauseMs = FIRST_PAUSE_MS;
        while (!this.#isStopped && (await this.#sendWrites())) this.#pauseMs = FIRST_PAUSE_MS;
      } catch (error) {
        this.#parts.logger.warn({ err: error }, 'could not deliver the decisions of rules; will retry');
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => this.wake(), this.#pauseMs);
        this.#pauseMs = Math.min(LONGEST_PAUSE_MS, this.#pauseMs * 2);
      }
    }
  }

  /** @returns whether there may be more */
  async #sendActs(): Promise<boolean> {
    const { db, alarms } = this.#parts;
    const rows = await readActs(db, MAX_CONCURRENT);
    for (const [tenant, own] of Map.groupBy(rows, (row: ActRow) => row.tenant)) {
      await alarms.apply(
        tenant,
        own.map(({ act }) => act),
      );
      await dropActs(db, tenant, own);
    }
    return rows.length >= MAX_CONCURRENT;
  }

  async #sendWrites(): Promise<boolean> {
    const rows = await readWrites(this.#parts.db, MAX_CONCURRENT);
    for (const row of rows) await this.#write(row);
    return rows.length >= MAX_CONCURRENT;
  }

  /** Writes with the rights of who saved the rule. A write that the broker refuses is logged and dropped, because it would be refused again. */
  async #write(row: WriteRow): Promise<void> {
    const { tenant, rule, entityId, attr, value, tries } = row;
    const { db, client, clientAs, context, logger } = this.#parts;
    const author = await authorOfRule(db, tenant, rule);
    try {
      if (author === undefined) return await dropWrite(db, row); // the rule was deleted in the meantime
      const writer = author === null ? client : clientAs(author);
      await writer.mergeEntity(entityId, { [attr]: { type: 'Property', value } }, { tenant, context });
    } catch (error) {
      const isRefused = error instanceof NgsiLdClientError && error.status >= 400 && error.status < 500;
      if (!isRefused && tries < MAX_TRIES) {
        await countTry(db, row);
        throw error;
      }
      logger.warn({ err: error, rule, entity: entityId, attr }, 'the broker refuses an attribute that a rule writes');
    }
    await dropWrite(db, row);
  }
}
