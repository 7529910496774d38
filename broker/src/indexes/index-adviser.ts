import { randomUUID } from 'node:crypto';
import type { Database, Queryable } from '../database/database.ts';
import type { EntityChange } from '../model/change.ts';
import { NgsiLdError } from '../model/errors.ts';
import { type AnsweredQuery, answeredQueries } from './answered-queries.ts';
import { attributeIndexes } from './attribute-indexes.ts';
import { Observations } from './index-adviser-observations.ts';
import {
  type AttributeOfType,
  createStatements,
  type Demand,
  declineIndex,
  dropStatements,
  forgetUnasked,
  indexName,
  LOCK,
  type MadeIndex,
  type Maker,
  type ObservedComparison,
  recordIndex,
  selectDemand,
  selectIndexes,
  selectObserved,
  TRY_LOCK,
} from './index-adviser-statements.ts';

/** `off`: nothing is observed. `advise`: only operators create indexes. `auto`: the adviser creates them too. */
export const ADVISER_MODES = ['off', 'advise', 'auto'] as const;
export type AdviserMode = (typeof ADVISER_MODES)[number];

interface AdviserSettings {
  /** With fewer entities of a type, a scan is fast enough. */
  readonly leastEntities: number;
  /** Counted over yesterday and today, like the limits below. */
  readonly leastQueries: number;
  /** Faster queries gain little from an index. */
  readonly slowMs: number;
  /** The total query time that justifies an index. */
  readonly leastTotalMs: number;
  /** What an index adds to each update of an entity of the type, because updates can no longer be HOT. */
  readonly updateCostMs: number;
  readonly maxIndexes: number;
  /** How often queries are reviewed. A review also starts as soon as one comparison has taken `leastTotalMs`. */
  readonly reviewEveryMs: number;
}

/**
 * `updateCostMs`: measured by pgbench, 4 clients, 10,000 entities: 4,230 updates/s without and 3,590 to 2,300 with one
 * index, which is 0.04 to 0.2 ms of a core.
 */
const SETTINGS: AdviserSettings = {
  leastEntities: 1000,
  leastQueries: 10,
  slowMs: 3,
  leastTotalMs: 1000,
  updateCostMs: 0.2,
  maxIndexes: 20,
  reviewEveryMs: 10_000,
};

const MIN_PAUSE_MS = 1000;

/** Operators may create more indexes than the adviser. */
const MAX_INDEXES_BY_HAND = 100;
const RETRY_AFTER_MS = 60 * 60 * 1000;

interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface Advice extends Demand {
  /** Whether the index is recommended. */
  readonly advised: boolean;
  readonly reason: string;
}

interface AdviserReport {
  readonly mode: AdviserMode;
  readonly making: AttributeOfType | null;
  readonly observed: readonly ObservedComparison[];
  readonly advice: readonly Advice[];
  readonly indexes: readonly MadeIndex[];
}

/**
 * Observes which attributes queries compare, and creates indexes for large types where queries would save more time
 * than updates lose. It creates them in the background, one at a time over all processes, and drops its own when no
 * query uses them. Operators can list, create and drop indexes.
 */
export class IndexAdviser {
  readonly #db: Database;
  readonly #log: Log;
  readonly #mode: AdviserMode;
  readonly #settings: AdviserSettings;
  readonly #observations = new Observations();
  readonly #timer: NodeJS.Timeout | undefined;
  // Attributes whose index could not be created, with the time of the next try.
  readonly #failed = new Map<string, number>();
  /** Marks the statements that create indexes, to recognise them in `pg_stat_activity`. */
  readonly #token = `index-adviser ${randomUUID()}`;
  #making: AttributeOfType | null = null;
  #reviewedAt = Number.NEGATIVE_INFINITY;
  #work: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(db: Database, log: Log, mode: AdviserMode, settings: Partial<AdviserSettings> = {}) {
    this.#db = db;
    this.#log = log;
    this.#mode = mode;
    this.#settings = { ...SETTINGS, ...settings };
    if (mode === 'off') return;
    answeredQueries.subscribe(this.#answered);
    this.#timer = setInterval(() => void this.review(), this.#settings.reviewEveryMs);
    this.#timer.unref();
  }

  /** Receives committed changes. */
  committed(changes: readonly EntityChange[]): void {
    if (this.#mode !== 'off') this.#observations.written(changes);
  }

  /** Stores the observations, drops an index that is no longer used, and creates the first one that is recommended. */
  async review(): Promise<void> {
    this.#reviewedAt = performance.now();
    try {
      await this.#observations.flush(this.#db);
      if (this.#mode !== 'auto' || this.#making !== null || this.#isClosed) return;
      await this.#queue(() => this.#dropUnasked());
      const chosen = (await this.#advice()).find((advice) => advice.advised && !this.#hasFailed(advice));
      if (chosen === undefined) return;
      const { type, attribute } = chosen;
      await this.#queue(() => this.#make({ type, attribute }, 'adviser'));
    } catch (error) {
      this.#log.warn({ error }, 'The review of query observations failed');
    }
  }

  async report(): Promise<AdviserReport> {
    const [observed, advice, indexes] = await Promise.all([
      selectObserved(this.#db),
      this.#advice(),
      selectIndexes(this.#db),
    ]);
    return { mode: this.#mode, making: this.#making, observed, advice, indexes };
  }

  /**
   * Creates an index in the background and returns its name.
   *
   * @throws NgsiLdError AlreadyExists: the index exists; Conflict: there are too many
   */
  async make(of: AttributeOfType): Promise<string> {
    const indexes = await selectIndexes(this.#db);
    const name = indexName(of);
    if (indexes.some((index) => index.name === name)) {
      throw new NgsiLdError('AlreadyExists', `Index ${name} of ${of.attribute} of ${of.type} already exists`);
    }
    if (indexes.length >= MAX_INDEXES_BY_HAND) {
      throw new NgsiLdError(
        'Conflict',
        `There are ${indexes.length} indexes, expected fewer: drop one that is not used`,
      );
    }
    void this.#queue(() => this.#make(of, 'operator'));
    return name;
  }

  /** @throws NgsiLdError ResourceNotFound: there is no index of that name */
  async drop(name: string): Promise<void> {
    await this.#queue(() =>
      this.#db.transaction(async (tx) => {
        await tx.query({ text: LOCK });
        const isKnown = await declineIndex(tx, name);
        if (!isKnown) throw new NgsiLdError('ResourceNotFound', `There is no index ${name}`);
        for (const text of dropStatements(name, this.#isConcurrent))
          await this.#outside(tx).query({ text, mayWaitForLocks: true });
      }),
    );
    await attributeIndexes(this.#db).read();
  }

  /** Resolves when no index is being created. */
  idle(): Promise<void> {
    return this.#work;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#timer);
    answeredQueries.unsubscribe(this.#answered);
    if (this.#making !== null && this.#isConcurrent) await this.#cancel();
    await this.#work;
    await this.#observations.flush(this.#db).catch(() => {}); // the same will be observed again
  }

  readonly #answered = (message: unknown): void => {
    const { db, query, milliseconds } = message as AnsweredQuery; // nothing else is published on this channel
    if (db.identity !== this.#db.identity) return;
    const totalMs = this.#observations.query(query, milliseconds);
    const isDue = totalMs >= this.#settings.leastTotalMs && performance.now() - this.#reviewedAt > MIN_PAUSE_MS;
    if (isDue && this.#mode === 'auto') void this.review();
  };

  async #advice(): Promise<Advice[]> {
    const demands = await selectDemand(this.#db);
    let indexes = demands.length === 0 ? 0 : (await selectIndexes(this.#db)).length;
    return demands.map((demand) => {
      const advice = adviceOn(demand, indexes, this.#settings);
      if (advice.advised) indexes++;
      return advice;
    });
  }

  #hasFailed(of: AttributeOfType): boolean {
    return (this.#failed.get(indexName(of)) ?? 0) > Date.now();
  }

  /** Runs tasks one after the other. A failed task does not stop the next one. */
  #queue(work: () => Promise<void>): Promise<void> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => {});
    return done;
  }

  async #make(of: AttributeOfType, maker: Maker): Promise<void> {
    if (this.#isClosed) return;
    this.#making = of;
    const name = indexName(of);
    try {
      const isMade = await this.#db.transaction((tx) => this.#makeLocked(tx, of, maker));
      // An expression has no statistics before ANALYZE, so the planner would guess.
      if (isMade) await this.#db.query({ text: 'ANALYZE entity' });
      if (isMade) await attributeIndexes(this.#db).read();
      if (isMade) this.#log.info({ name, ...of, maker }, 'Index created');
    } catch (error) {
      this.#failed.set(name, Date.now() + RETRY_AFTER_MS);
      if (!this.#isClosed) this.#log.warn({ error, name, ...of }, 'Could not create index');
      for (const text of dropStatements(name, this.#isConcurrent))
        await this.#db.query({ text, mayWaitForLocks: true }).catch(() => {});
    } finally {
      this.#making = null;
    }
  }

  /**
   * The transaction only holds the lock. An index created concurrently on another connection would wait for anything
   * more. The embedded database has just one connection.
   */
  async #makeLocked(tx: Queryable, of: AttributeOfType, maker: Maker): Promise<boolean> {
    if (maker === 'operator') await tx.query({ text: LOCK });
    else if (!(await tx.query<{ locked: boolean }>({ text: TRY_LOCK })).rows[0]?.locked) return false;
    const name = indexName(of);
    if ((await selectIndexes(tx)).some((index) => index.name === name)) return false;
    const where = this.#outside(tx);
    // An index left incomplete by an earlier failure is unusable and blocks the name.
    for (const text of dropStatements(name, this.#isConcurrent)) await where.query({ text, mayWaitForLocks: true });
    for (const text of createStatements(of, this.#isConcurrent)) {
      await where.query({ text: `/* ${this.#token} */ ${text}`, mayWaitForLocks: true });
    }
    await recordIndex(tx, of, maker);
    return true;
  }

  /** An index that the adviser created and no query has used within the remembered days. */
  async #dropUnasked(): Promise<void> {
    const dropped = await this.#db.transaction(async (tx) => {
      if (!(await tx.query<{ locked: boolean }>({ text: TRY_LOCK })).rows[0]?.locked) return undefined;
      const name = await forgetUnasked(tx);
      if (name === undefined) return undefined;
      for (const text of dropStatements(name, this.#isConcurrent)) await this.#outside(tx).query({ text });
      return name;
    });
    if (dropped === undefined) return;
    await attributeIndexes(this.#db).read();
    this.#log.info({ name: dropped }, 'Dropped an unused index');
  }

  get #isConcurrent(): boolean {
    return this.#db.kind === 'postgres';
  }

  #outside(tx: Queryable): Queryable {
    return this.#isConcurrent ? this.#db : tx;
  }

  /** Cancels a running creation, so that shutdown need not wait for it. The incomplete index is dropped later. */
  async #cancel(): Promise<void> {
    const text = `SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query LIKE $1`;
    await this.#db.query({ text, values: [`/* ${this.#token} */%`] }).catch(() => {}); // if cancelling fails, shutdown waits for the index
  }
}

/** Whether an index is recommended, with the reason. */
export function adviceOn(demand: Demand, indexes: number, settings: AdviserSettings = SETTINGS): Advice {
  const { leastEntities, leastQueries, slowMs, leastTotalMs, updateCostMs, maxIndexes } = settings;
  const { entities, queries, meanMs, writes } = demand;
  const no = (reason: string): Advice => ({ ...demand, advised: false, reason });
  if (demand.made) return no('It has an index');
  if (demand.declined) return no('Its index was dropped by an operator');
  if (entities < leastEntities) return no(`${entities} entities of the type, fewer than ${leastEntities}`);
  if (queries < leastQueries) return no(`${queries} queries, fewer than ${leastQueries}`);
  if (meanMs < slowMs) return no(`${meanMs.toFixed(1)} ms a query, less than ${slowMs}`);
  const gainMs = queries * meanMs;
  if (gainMs < leastTotalMs) return no(`${Math.round(gainMs)} ms of queries, less than ${leastTotalMs}`);
  const costMs = writes * updateCostMs;
  if (gainMs < costMs) {
    return no(
      `${writes} updates of the type would take about ${Math.round(costMs)} ms more, queries take ${Math.round(gainMs)} ms`,
    );
  }
  if (indexes >= maxIndexes) return no(`There are ${indexes} indexes already, at most ${maxIndexes} are made`);
  return { ...demand, advised: true, reason: `${queries} queries of ${meanMs.toFixed(1)} ms, ${writes} updates` };
}
