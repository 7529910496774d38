import { randomBytes } from 'node:crypto';
import type { CacheUse } from '@alzette/kit/caches';
import { carriedTrace, withTrace } from '@alzette/kit/tracing';
import { steadyClock } from '../../clock/steady-clock.ts';
import type { TenantNodes } from '../../database/citus/tenant-nodes.ts';
import type { Database } from '../../database/database.ts';
import { DatabaseUnavailable } from '../../database/database-errors.ts';
import type { Company } from '../../tenants/quotas/company.ts';
import type { Quotas } from '../../tenants/quotas/quotas.ts';
import { EntityCache } from './entity-cache.ts';
import { type Job, type LaneParts, runBatch } from './lane-batch.ts';
import type { Task } from './lane-decisions.ts';
import { EntityStatements, entityKey } from './lane-statements.ts';
import { ReadyEntities } from './ready-entities.ts';
import type { ChangeListener, Decide, Outcome, WriteLane } from './write-lane.ts';

// Measured: a third statement in flight only makes batches smaller.
const MAX_IN_FLIGHT = 2;
const MAX_ENTITIES = 200;
/** While several tenants write, because each statement delays those that arrive meanwhile. */
const MAX_SHARED = 100;
const SHARED_FOR_MS = 1_000;
/**
 * While other tenants ask for something, a load has one statement at a time, of as many entities, and then rests
 * that many times as long as it took: otherwise answers would wait for it in the event loop and in PostgreSQL.
 */
const GENTLE = 12;
const REST = 3;
/** What arrives faster than it can be written so, such as measures of devices, must not wait ever longer. */
const GENTLE_FOR_MS = 3_000;
/**
 * Batches up to this size are not split, because the overhead of a second statement would be larger. Measured with 10
 * clients: 6 % faster.
 */
const UNDIVIDED = 12;
/**
 * While one statement is in flight, the next one waits until it has as many entities. Otherwise the first requests of
 * the clients just answered would get a statement of their own. Measured: 10 % faster with 8 and 10 clients at 16 %
 * less CPU; 5 and 8 % with 32. This is the longest wait, because the statement in flight may be blocked by another
 * process.
 */
const PATIENCE_MS = 5;
const MAX_TASKS_PER_ENTITY = 500;
const CACHED_ENTITIES = 120_000;
const CACHED_BYTES = 64 * 2 ** 20;
const WRITE_WITHIN_MS = 10_000;
const HURRIED_MS = 1_500;

interface LaneOptions {
  /** The nodes of a cluster to write to. Default: writes go to `db`. */
  readonly nodes?: TenantNodes | undefined;
  readonly listener?: ChangeListener;
  /** The name of this process in the outbox. */
  readonly owner?: string;
  readonly now?: () => Date;
  /** Which tenants ask for something. Default: a load never makes room for others. */
  readonly company?: Company;
  /** Whether changes are recorded in the history. Default true. */
  readonly recordsHistory?: boolean;
  /** The quotas of tenants. Default: none. */
  readonly quotas?: Quotas;
  /** How long a write may take in milliseconds, including its time in the queue. Default 10,000. */
  readonly withinMs?: number;
  /** Called after each batch. */
  readonly onBatch?: (entities: number, elapsedMs: number) => void;
}

/** A write lane with metrics. */
interface MeteredLane extends WriteLane {
  /** Entities with uncommitted writes, including those in flight. */
  readonly waiting: number;
  /** Memory used by the entity cache. */
  readonly cacheUse: CacheUse;
  /** Called before shutdown: shortens the timeouts of statements, so that every write is answered in time. */
  shortenTimeouts(): void;
}

/**
 * Creates the write lane of a process; see {@link WriteLane}. Several lanes, also of other processes, may share a
 * database.
 */
export function createWriteLane(db: Database, options: LaneOptions = {}): MeteredLane {
  return new Lane(db, options);
}

const NO_LISTENER: ChangeListener = { notificationsOf: () => [], committed: () => {} };

interface Waiting {
  readonly key: string;
  readonly tenant: string;
  readonly id: string;
  tasks: Task[];
}

let requests = 0;
const PROCESS = randomBytes(6).toString('hex');

/** An id for a request that writes several entities. Later requests have greater ids. */
function nextRequest(): string {
  requests++;
  return `${Date.now().toString(16).padStart(12, '0')}${requests.toString(16).padStart(10, '0')}${PROCESS}`;
}

class Lane implements MeteredLane {
  readonly #parts: LaneParts;
  readonly #onBatch: LaneOptions['onBatch'];
  readonly #company: Company | undefined;
  /** Entities whose writes may start. */
  readonly #ready = new ReadyEntities<Waiting>();
  /** Entities in flight, with the writes that arrived meanwhile. */
  readonly #inFlightEntities = new Map<string, Waiting>();
  #inFlight = 0;
  #isPumpDue = false;
  #lastTenant: string | undefined;
  /** Until when several tenants count as writing. */
  #sharedUntil = 0;
  #isLoading = false;
  #restUntil = 0;
  #rest: NodeJS.Timeout | undefined;
  /** Ends the wait of a statement beside one in flight. */
  #patience: NodeJS.Timeout | undefined;

  constructor(db: Database, options: LaneOptions) {
    const {
      listener = NO_LISTENER,
      owner = '',
      now = () => new Date(steadyClock.now()),
      recordsHistory = true,
      quotas,
      withinMs = WRITE_WITHIN_MS,
    } = options;
    this.#onBatch = options.onBatch;
    this.#company = options.company;
    this.#parts = {
      db,
      listener,
      statements: new EntityStatements({ owner, recordsHistory }),
      now,
      recordsHistory,
      nodes: options.nodes,
      quotas,
      statementMs: withinMs / 2,
      onOutage: (error) => this.#failWaiting(error),
      cache: new EntityCache(CACHED_ENTITIES, CACHED_BYTES),
    };
  }

  get waiting(): number {
    return this.#ready.size + this.#inFlightEntities.size;
  }

  get cacheUse(): CacheUse {
    return this.#parts.cache.use;
  }

  shortenTimeouts(): void {
    this.#parts.statementMs = Math.min(this.#parts.statementMs, HURRIED_MS);
  }

  write<Result>(tenant: string, entityId: string, decide: Decide<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#enqueue(tenant, entityId, {
        decide,
        since: performance.now(),
        request: undefined,
        trace: carriedTrace(entityId),
        // Each task is settled with the result of its own decision.
        settle: (outcome) => ('error' in outcome ? reject(outcome.error) : resolve(outcome.result as Result)),
      });
    });
  }

  writeAll<Result>(
    tenant: string,
    writes: readonly { readonly entityId: string; readonly decide: Decide<Result> }[],
  ): Promise<Outcome<Result>[]> {
    return new Promise((resolve) => {
      const outcomes = new Array<Outcome<Result>>(writes.length);
      let open = writes.length;
      if (open === 0) resolve(outcomes);
      const since = performance.now();
      const request = open > 1 ? nextRequest() : undefined;
      for (const [i, { entityId, decide }] of writes.entries()) {
        const settle = (outcome: Outcome<unknown>) => {
          outcomes[i] = outcome as Outcome<Result>; // see above
          if (--open > 0) return;
          if (request !== undefined) this.#parts.listener.ended?.(request);
          resolve(outcomes);
        };
        const trace = carriedTrace(entityId);
        this.#enqueue(tenant, entityId, { decide, since, request, trace, settle });
      }
    });
  }

  #enqueue(tenant: string, id: string, task: Task): void {
    if (tenant !== this.#lastTenant) {
      if (this.#lastTenant !== undefined) this.#sharedUntil = task.since + SHARED_FOR_MS;
      this.#lastTenant = tenant;
    }
    const key = entityKey(tenant, id);
    const waiting = this.#inFlightEntities.get(key) ?? this.#ready.get(tenant, key);
    if (waiting !== undefined) {
      waiting.tasks.push(task);
      return;
    }
    this.#ready.add({ key, tenant, id, tasks: [task] });
    this.#pumpSoon();
  }

  /** Starts at the end of this turn of the event loop, so that all requests read in it share one statement. */
  #pumpSoon(): void {
    if (this.#isPumpDue || this.#inFlight > MAX_IN_FLIGHT) return;
    this.#isPumpDue = true;
    // A statement is the work of many requests.
    withTrace(undefined, () =>
      setImmediate(() => {
        this.#isPumpDue = false;
        this.#pump();
      }),
    );
  }

  /** Whether others ask beside what waits, and it does not wait too long for that. */
  #hasCompany(): boolean {
    if (this.#company === undefined) return false;
    const late = performance.now() - GENTLE_FOR_MS;
    let isBeside = false;
    for (const { tenant, tasks } of this.#ready.first()) {
      if ((tasks[0]?.since ?? 0) < late) return false;
      isBeside ||= this.#company.hasOthers(tenant);
    }
    return isBeside;
  }

  /** Writes of tenants with few start at once; those of a load make room for them. */
  #pumpGently(): void {
    while (this.#inFlight <= MAX_IN_FLIGHT) {
      const few = this.#ready.takeFew(MAX_SHARED);
      if (few.length === 0) break;
      this.#run(this.#jobsOf(few));
    }
    if (this.#ready.size === 0 || this.#isLoading) return;
    const rest = this.#restUntil - performance.now();
    if (rest > 0) {
      this.#rest ??= setTimeout(() => {
        this.#rest = undefined;
        this.#pumpSoon();
      }, rest);
      return;
    }
    const begun = performance.now();
    this.#isLoading = true;
    this.#run(this.#jobsOf(this.#ready.take(GENTLE)), () => {
      this.#isLoading = false;
      const now = performance.now();
      this.#restUntil = now + (now - begun) * REST;
    });
  }

  #pump(): void {
    if (this.#hasCompany()) {
      this.#pumpGently();
      return;
    }
    while (this.#inFlight < MAX_IN_FLIGHT && this.#ready.size > 0) {
      if (this.#inFlight > 0 && this.#ready.size < this.#inFlightEntities.size) {
        this.#patience ??= setTimeout(() => this.#start(), PATIENCE_MS);
        return;
      }
      this.#start();
    }
  }

  #start(): void {
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#run(this.#take());
  }

  #run(jobs: Job[], done?: () => void): void {
    const startedAt = performance.now();
    this.#inFlight++;
    void runBatch(this.#parts, jobs).finally(() => {
      this.#inFlight--;
      done?.();
      this.#onBatch?.(jobs.length, performance.now() - startedAt);
      this.#release(jobs);
      this.#pumpSoon();
    });
  }

  /** Takes the next entities. Further writes to them wait until they are released. */
  #take(): Job[] {
    // Clients that are answered together write together again. Then one statement would contain all of them, and this
    // process and PostgreSQL would wait for each other in turn. So the batch is split. Measured with 32 clients: 5,900
    // updates per second with the split, 4,400 without.
    const all = this.waiting;
    const largest = performance.now() < this.#sharedUntil ? MAX_SHARED : MAX_ENTITIES;
    const most = all <= UNDIVIDED ? all : Math.min(largest, Math.ceil(all / MAX_IN_FLIGHT));
    return this.#jobsOf(this.#ready.take(most));
  }

  #jobsOf(all: Waiting[]): Job[] {
    return all.map((waiting) => {
      const { key, tenant, id, tasks } = waiting;
      this.#inFlightEntities.set(key, waiting);
      return { key, tenant, id, tasks: tasks.splice(0, MAX_TASKS_PER_ENTITY) };
    });
  }

  /**
   * Fails the writes that arrived before the statement that has just failed: each would only wait as long for the same
   * error.
   */
  #failWaiting(error: unknown): void {
    const before = performance.now() - this.#parts.statementMs / 2;
    for (const waiting of [...this.#ready.all(), ...this.#inFlightEntities.values()]) {
      const late = waiting.tasks.filter(({ since }) => since < before);
      if (late.length === 0) continue;
      waiting.tasks = waiting.tasks.filter(({ since }) => since >= before);
      // None of these was sent to the database.
      for (const { settle } of late) settle({ error: new DatabaseUnavailable(false, error) });
      if (waiting.tasks.length === 0) this.#ready.delete(waiting);
    }
  }

  #release(jobs: readonly Job[]): void {
    for (const { key } of jobs) {
      const waiting = this.#inFlightEntities.get(key);
      this.#inFlightEntities.delete(key);
      if (waiting !== undefined && waiting.tasks.length > 0) this.#ready.add(waiting);
    }
  }
}
