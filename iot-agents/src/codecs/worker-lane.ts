import { Worker } from 'node:worker_threads';
import type { SandboxLimits } from './codec.ts';
import type { CodecJob, CodecJobDone, CodecWorkerData } from './codec-worker.ts';

/** A worker thread that runs one job at a time, and is killed and replaced if a call does not end. */
interface WorkerLane {
  /**
   * The outcomes as JSON texts; fewer than inputs if the last one timed out. `killed`: the following call never ended.
   */
  run(hash: string, source: string, inputs: readonly string[]): Promise<{ outcomes: string[]; killed: boolean }>;
  /** Gives up its thread if it has an idle one. */
  release(): CodecThread | undefined;
  /** Takes over another lane's idle thread, unless it has its own. */
  adopt(from: Pick<WorkerLane, 'release'>): void;
  close(): Promise<void>;
}

interface CodecThread {
  readonly worker: Worker;
  readonly known: KnownCodecs;
  /** See {@link CodecWorkerData.calls}. */
  readonly begun: Int32Array;
}

/** The codecs whose sources a thread has. */
interface KnownCodecs {
  readonly hashes: Set<string>;
  /** The total size of the sources. */
  characters: number;
}

const WATCH_MS = 100;
/** A thread deletes its sources when they exceed this size, because each trial of a codec may add another one. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** CPU time of the other threads of this process: a hanging thread uses CPU, a waiting one does not. */
function othersCpuMs(): number {
  const all = process.cpuUsage();
  const own = process.threadCpuUsage();
  return (all.user + all.system - own.user - own.system) / 1000;
}

/**
 * The environment of the thread. A codec could not see it from the sandbox; this keeps it out of the thread altogether.
 * The compile cache is passed on, because otherwise each thread would load the type stripper: 20 MiB.
 */
function environment(): NodeJS.ProcessEnv {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
}

interface Waiting {
  readonly hash: string;
  readonly source: string;
  readonly inputs: readonly string[];
  readonly done: (result: { outcomes: string[]; killed: boolean }) => void;
}

/** A source is sent once, until it is deleted. */
function messageOf({ hash, source, inputs }: Waiting, known: KnownCodecs): CodecJob {
  if (known.hashes.has(hash)) return { id: 0, hash, inputs };
  const forgets = known.characters + source.length > MAX_CHARACTERS;
  if (forgets) {
    known.hashes.clear();
    known.characters = 0;
  }
  known.hashes.add(hash);
  known.characters += source.length;
  return { id: 0, hash, inputs, source, forgets };
}

/**
 * `killAfterMs`: how long one call may take before the thread is killed. `endAfterMs`: how long an idle thread is kept;
 * one takes about 40 MiB and a fifth of a second to start.
 * Longer than 80 lines: short functions that share the state at its top.
 */
export function createWorkerLane(
  limits: SandboxLimits,
  killAfterMs: number,
  endAfterMs = Number.POSITIVE_INFINITY,
): WorkerLane {
  const queue: Waiting[] = [];
  let thread: CodecThread | undefined;
  let current: Waiting | undefined;
  let watch: NodeJS.Timeout | undefined;
  let rest: NodeJS.Timeout | undefined;
  let closed = false;

  const start = (): CodecThread => {
    const calls = new SharedArrayBuffer(4);
    const data: CodecWorkerData = { limits, calls };
    const worker = new Worker(new URL('./codec-worker.ts', import.meta.url), {
      workerData: data,
      env: environment(),
      resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 4 },
    });
    worker.unref();
    return { worker, known: { hashes: new Set(), characters: 0 }, begun: new Int32Array(calls) };
  };

  const listen = (to: CodecThread): CodecThread => {
    to.worker.on('message', ({ outcomes }: CodecJobDone) => settle(outcomes, false)).on('error', replace);
    return to;
  };

  const release = (): CodecThread | undefined => {
    const released = thread;
    thread = undefined;
    clearTimeout(rest);
    released?.worker.removeAllListeners('message').removeAllListeners('error');
    return released;
  };

  const settle = (outcomes: string[], killed: boolean): void => {
    clearInterval(watch);
    const job = current;
    current = undefined;
    thread?.worker.unref();
    job?.done({ outcomes, killed });
    next();
    if (current === undefined && Number.isFinite(endAfterMs)) rest = setTimeout(end, endAfterMs).unref();
  };

  const end = (): void => void release()?.worker.terminate();

  const replace = (): void => {
    end();
    settle([], true);
  };

  const next = (): void => {
    if (closed || current !== undefined) return;
    const job = queue.shift();
    if (job === undefined) return;
    current = job;
    clearTimeout(rest);
    thread ??= listen(start());
    const { worker, known, begun } = thread;
    worker.ref();
    worker.postMessage(messageOf(job, known));
    let calls = -1;
    let since = { wall: 0, cpu: 0 };
    watch = setInterval(() => {
      const now = Atomics.load(begun, 0);
      const wall = performance.now();
      const cpu = othersCpuMs();
      if (now !== calls) {
        calls = now;
        since = { wall, cpu };
      } else if (calls % 2 === 1 && Math.min(wall - since.wall, cpu - since.cpu) > killAfterMs) {
        replace();
      }
    }, WATCH_MS);
  };

  return {
    run: (hash, source, inputs) =>
      new Promise((done) => {
        queue.push({ hash, source, inputs, done });
        next();
      }),
    release: () => (current === undefined ? release() : undefined),
    adopt(from) {
      if (thread !== undefined || closed) return;
      const adopted = from.release();
      if (adopted !== undefined) thread = listen(adopted);
    },
    async close() {
      closed = true;
      clearInterval(watch);
      await release()?.worker.terminate();
    },
  };
}
