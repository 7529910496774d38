import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import type { Metrics } from '../metrics/metrics.ts';
import { Problem, unavailable } from '../problems/problems.ts';
import { type Shares, UNLIMITED } from '../shares/shares.ts';
import { computeCounters } from './compute-counters.ts';
import { cpuLimit } from './cpu-limit.ts';
import type { ComputeTask } from './task.ts';
import { tenantQueues } from './tenant-queues.ts';
import type { ThreadJob } from './thread.ts';

/** Runs tasks in threads, so that the event loop remains free. */
export interface Compute {
  /**
   * @throws Problem: 422: it takes too long or too much memory, and its thread was ended; 503: too many are waiting; 499:
   * `signal` was aborted; 429: the tenant has used up its computations of today
   */
  run<Input, Output>(task: ComputeTask<Input, Output>, input: Input, options: RunOptions): Promise<Output>;
  /** Ends running tasks. */
  close(): Promise<void>;
}

export interface RunOptions {
  /** '' is the default tenant. */
  readonly tenant: string;
  /** The request or the job that waits for it: `clientGone(reply)`. */
  readonly signal?: AbortSignal | undefined;
  /** Buffers that are moved instead of copied; the caller can no longer read them. */
  readonly transfer?: readonly ArrayBuffer[];
}

export interface ComputeOptions {
  /** Default: all cores but one. */
  readonly threads?: number | undefined;
  readonly memoryMb?: number;
  readonly metrics?: Metrics;
  readonly shares?: Shares;
}

const MEMORY_MB = 256;
const YOUNG_MEMORY_MB = 16;
/** A thread takes about 40 MiB, and a fifth of a second to start. */
const END_IDLE_AFTER_MS = 20_000;
/** Threads give way to the event loop on a machine that has fewer cores than busy threads. */
const NICE = 5;
const MOST_WAITING = { ofTenant: 16, all: 64 };
const RETRY_AFTER_S = 5;

interface Waiting {
  readonly begin: () => void;
  readonly giveUp: (problem: Problem) => void;
}

/** Threads start at the first task, and end when idle. */
export function createCompute(options: ComputeOptions = {}): Compute {
  const { threads, memoryMb = MEMORY_MB, metrics, shares = UNLIMITED } = options;
  const most = threads ?? Math.max(1, availableParallelism() - 1);
  const waiting = tenantQueues<Waiting>();
  const counters = computeCounters(metrics, () => ({ waiting: waiting.size, running }));
  let pool: Piscina | undefined;
  let running = 0;
  let isClosed = false;

  const turn = (tenant: string, signal: AbortSignal | undefined): Promise<void> => {
    if (isClosed) throw stopping();
    if (signal?.aborted) throw clientLeft();
    if (running < most) {
      running += 1;
      return Promise.resolve();
    }
    if (waiting.sizeOf(tenant) >= MOST_WAITING.ofTenant || waiting.size >= MOST_WAITING.all) {
      throw unavailable('Too many computations are waiting', RETRY_AFTER_S);
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        waiting.remove(tenant, own);
        reject(clientLeft());
      };
      const own: Waiting = {
        begin() {
          signal?.removeEventListener('abort', leave);
          resolve();
        },
        giveUp: reject,
      };
      signal?.addEventListener('abort', leave, { once: true });
      waiting.push(tenant, own);
    });
  };

  /** The place of an ended task goes to the next one that waits. */
  const pass = () => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next.begin();
  };

  return {
    async run({ name, file, limitMs }, input, { tenant, signal, transfer = [] }) {
      shares.take(tenant, 'computeSeconds', 0);
      await turn(tenant, signal);
      const begun = performance.now();
      const thread = new SharedArrayBuffer(4);
      const id = new Int32Array(thread);
      const limit = cpuLimit(limitMs, () => pool?.threads.find(({ threadId }) => threadId === Atomics.load(id, 0)));
      try {
        pool ??= openPool(most, memoryMb);
        const job: ThreadJob = { file: file.href, input, thread };
        return await pool.run(job, {
          signal: signal === undefined ? limit.signal : AbortSignal.any([signal, limit.signal]),
          transferList: [...transfer],
        });
      } catch (cause) {
        if (isClosed) throw stopping();
        if (signal?.aborted) throw clientLeft();
        const exceeded = limit.signal.aborted ? 'time' : isOutOfMemory(cause) ? 'memory' : undefined;
        if (exceeded === undefined) throw cause;
        const took = exceeded === 'time' ? `${limitMs / 1000} s of CPU time` : `${memoryMb} MB of memory`;
        throw counters.ended(exceeded, tooMuch(name, `more than ${took}`, cause));
      } finally {
        limit.end();
        const ms = performance.now() - begun;
        counters.ran(name, ms);
        shares.add(tenant, 'computeSeconds', ms / 1000);
        pass();
      }
    },
    async close() {
      isClosed = true;
      for (let next = waiting.shift(); next; next = waiting.shift()) next.giveUp(stopping());
      await pool?.destroy();
    },
  };
}

function openPool(threads: number, memoryMb: number): Piscina {
  const pool = new Piscina({
    filename: fileURLToPath(new URL('./thread.ts', import.meta.url)),
    minThreads: 0,
    maxThreads: threads,
    idleTimeout: END_IDLE_AFTER_MS,
    niceIncrement: NICE,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: YOUNG_MEMORY_MB },
    env: environment(),
    recordTiming: false,
  });
  // Each task reports its own failure; without a listener that of an idle thread would end the process.
  pool.on('error', () => {});
  return pool;
}

/**
 * Threads see no settings. The compile cache is passed on, because otherwise each thread would load the type stripper:
 * 20 MiB.
 */
function environment(): NodeJS.ProcessEnv {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
}

function stopping(): Problem {
  return unavailable('The server is stopping', RETRY_AFTER_S);
}

function tooMuch(name: string, took: string, cause: unknown): Problem {
  return new Problem(422, 'Too much to compute', `${name}: took ${took}, expected less: ask for a smaller part`, {
    cause,
  });
}

/** Nobody reads it: the connection is closed. */
function clientLeft(): Problem {
  return new Problem(499, 'Client closed request', 'The client closed the connection before the answer');
}

function isOutOfMemory(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY';
}
