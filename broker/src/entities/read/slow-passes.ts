import { availableParallelism } from 'node:os';
import { namedCache } from '@alzette/kit/caches';
import type { Database } from '../../database/database.ts';
import { NgsiLdError } from '../../model/errors.ts';

/*
 * A query without an index reads every entity of its type. A few of these at the same time occupy all cores and connections,
 * and everything else has to wait. So kinds of queries that have proved slow run one after the other.
 */

const SLOW_MS = 25;
/** The share of the last duration in the average. */
const LATEST = 0.3;
const CORES = availableParallelism();
const AT_ONCE = Math.max(2, Math.floor(CORES / 2));
const AT_ONCE_OF_KIND = Math.max(1, Math.floor(CORES / 4));
const MOST_WAITING = 500;
const MOST_WAITING_OF_KIND = 200;
const WAIT_MS = 10_000;
const KINDS_BYTES = 1024 * 1024;
const KIND_BYTES = 16;

interface Limits {
  /** Kinds of queries are slow from this average duration on. */
  readonly slowMs: number;
  /** Slow queries in progress. */
  readonly atOnce: number;
  /** The same of one kind, so that the others need not wait for it. */
  readonly atOnceOfKind: number;
  /** More are refused. */
  readonly mostWaiting: number;
  readonly mostWaitingOfKind: number;
  /** Those that wait longer are refused. */
  readonly waitMs: number;
}

const LIMITS: Limits = {
  slowMs: SLOW_MS,
  atOnce: AT_ONCE,
  atOnceOfKind: AT_ONCE_OF_KIND,
  mostWaiting: MOST_WAITING,
  mostWaitingOfKind: MOST_WAITING_OF_KIND,
  waitMs: WAIT_MS,
};

/** Queries that differ only in their values. */
interface Kind {
  readonly key: string;
  /** In order of arrival. */
  readonly waiting: Set<(hasTurn: boolean) => void>;
  /** Including those that are not limited. */
  running: number;
  /** Only those that are limited. */
  turns: number;
}

/** Limits how many slow queries run at a time in this process. */
export class SlowPasses {
  readonly #limits: Limits;
  /** Average durations in ms. */
  readonly #means = namedCache<number>('slow_queries', KINDS_BYTES, 'broker');
  /** Kinds with queries that run or wait. Those that wait take turns in this order. */
  readonly #active = new Map<string, Kind>();
  readonly #shared = new Map<string, Promise<unknown>>();
  #turns = 0;
  #waiting = 0;

  constructor(limits: Partial<Limits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /** The number of queries that wait for their turn. */
  get waiting(): number {
    return this.#waiting;
  }

  /**
   * Runs a query, at once or when its turn has come.
   *
   * @param kindKey the same for queries that differ only in their values
   * @param sharedKey called for slow queries: those with the same key that wait at the same time share one answer;
   * undefined: none do
   *
   * @throws NgsiLdError TooSlowQuery: too many are waiting, or it has waited too long
   */
  async run<Answer>(
    kindKey: string,
    sharedKey: () => string | undefined,
    pass: () => Promise<Answer>,
  ): Promise<Answer> {
    const kind = this.#active.get(kindKey) ?? { key: kindKey, waiting: new Set(), running: 0, turns: 0 };
    this.#active.set(kindKey, kind);
    if (!this.#isSlow(kind)) return this.#measured(kind, pass);
    if (this.#mayBegin(kind)) {
      this.#take(kind);
      return this.#limited(kind, pass);
    }
    const key = sharedKey();
    // Only a query that has not begun is shared, because it sees everything written until now.
    const shared = key === undefined ? undefined : this.#shared.get(key);
    if (shared !== undefined) return shared as Promise<Answer>; // the key determines what is answered
    const answer = this.#later(kind, pass, () => key !== undefined && this.#shared.delete(key));
    if (key !== undefined) this.#shared.set(key, answer);
    return answer;
  }

  async #later<Answer>(kind: Kind, pass: () => Promise<Answer>, onBegin: () => void): Promise<Answer> {
    const hasTurn = await this.#turn(kind).finally(onBegin);
    return hasTurn ? this.#limited(kind, pass) : this.#measured(kind, pass);
  }

  /** Resolves to false if the kind is no longer limited. */
  async #turn(kind: Kind): Promise<boolean> {
    const { mostWaiting, mostWaitingOfKind, waitMs } = this.#limits;
    if (this.#waiting >= mostWaiting || kind.waiting.size >= mostWaitingOfKind) {
      this.#forgetIdle(kind);
      throw tooMany();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(late);
        kind.waiting.delete(begin);
        this.#waiting--;
      };
      const begin = (hasTurn: boolean) => {
        leave();
        resolve(hasTurn);
      };
      const late = setTimeout(() => {
        leave();
        this.#forgetIdle(kind);
        reject(tooMany());
      }, waitMs);
      kind.waiting.add(begin);
      this.#waiting++;
    });
  }

  async #limited<Answer>(kind: Kind, pass: () => Promise<Answer>): Promise<Answer> {
    try {
      return await this.#measured(kind, pass);
    } finally {
      this.#turns--;
      kind.turns--;
      this.#beginWaiting();
      this.#forgetIdle(kind);
    }
  }

  async #measured<Answer>(kind: Kind, pass: () => Promise<Answer>): Promise<Answer> {
    kind.running++;
    const among = kind.running;
    const start = performance.now();
    try {
      return await pass();
    } finally {
      // Queries in progress at the same time share the cores.
      const ms = (performance.now() - start) / Math.max(among, kind.running);
      kind.running--;
      const mean = this.#means.get(kind.key);
      this.#means.set(kind.key, mean === undefined ? ms : mean + LATEST * (ms - mean), KIND_BYTES);
      if (!this.#isSlow(kind)) for (const begin of kind.waiting) begin(false);
      this.#forgetIdle(kind);
    }
  }

  /** The first query of a kind shows whether it is slow. Until then the others wait for it. */
  #isSlow({ key }: Kind): boolean {
    const { slowMs } = this.#limits;
    return (this.#means.get(key) ?? slowMs) >= slowMs;
  }

  #mayBegin({ turns }: Kind): boolean {
    return this.#turns < this.#limits.atOnce && turns < this.#limits.atOnceOfKind;
  }

  #take(kind: Kind): void {
    this.#turns++;
    kind.turns++;
  }

  #beginWaiting(): void {
    for (const kind of this.#active.values()) {
      if (this.#turns >= this.#limits.atOnce) return;
      const [begin] = kind.waiting;
      if (begin === undefined || !this.#mayBegin(kind)) continue;
      this.#take(kind);
      begin(true);
      // The other kinds come first the next time.
      this.#active.delete(kind.key);
      this.#active.set(kind.key, kind);
    }
  }

  #forgetIdle(kind: Kind): void {
    if (this.#active.get(kind.key) !== kind) return;
    if (kind.running === 0 && kind.turns === 0 && kind.waiting.size === 0) this.#active.delete(kind.key);
  }
}

function tooMany(): NgsiLdError {
  return new NgsiLdError(
    'TooSlowQuery',
    'Too many slow queries are waiting: repeat it later, request less data, or filter by indexed attributes',
  );
}

const all = new WeakMap<object, SlowPasses>();

/** The limits of slow queries to a database. */
export function slowPasses({ identity }: Database): SlowPasses {
  let passes = all.get(identity);
  if (passes === undefined) {
    passes = new SlowPasses();
    all.set(identity, passes);
  }
  return passes;
}
