import cluster, { type Worker } from 'node:cluster';
import { setTimeout as pause } from 'node:timers/promises';

/** Set for each worker by the process that starts it. */
const NUMBER = 'WORKER_NUMBER';
/** Pauses before a worker that ended soon after its start is started again. */
const RESTART_MS = [0, 200, 1_000, 5_000];
const SOON_MS = 10_000;

/** What a worker says once it serves. */
interface Ready {
  readonly ready: unknown;
}

interface WorkersOptions {
  readonly count: number;
  /** Told what happens to workers. */
  readonly say: (text: string) => void;
  /** Called once all serve, with what the first said of itself. */
  readonly onUp: (first: unknown) => void;
  /** Workers that have not ended by themselves so long after they were told are killed. */
  readonly stopWithinMs: number;
}

/** From 1; undefined: this process is none of several. */
export function workerNumber(): number | undefined {
  const number = cluster.isWorker ? process.env[NUMBER] : undefined;
  return number === undefined ? undefined : Number(number);
}

/**
 * How a worker listens on the port of all: by itself. The kernel shares connections out, and those of a worker that is
 * killed end with it; handed over by another process they would hang.
 */
export function ownListening(): { readonly exclusive?: true; readonly reusePort?: true } {
  return workerNumber() === undefined ? {} : { exclusive: true, reusePort: true };
}

/** Tells the process that started this worker that it serves. */
export function tellReady(self: unknown): void {
  process.send?.({ ready: self ?? null } satisfies Ready); // as JSON, which has no undefined
}

/**
 * Runs this program in several processes that share its port, and keeps them running: one that ends is started anew under
 * its number. The first begins alone, since it may have a database to prepare. Resolves to the exit code, once all have
 * ended: 1 when the first can't start.
 */
export async function superviseWorkers(options: WorkersOptions): Promise<number> {
  const { count, say, onUp, stopWithinMs } = options;
  const workers = new Map<number, Worker>();
  const ready = new Map<number, unknown>();
  let isUp = false;
  let isStopping = false;
  const ended = Promise.withResolvers<number>();

  const start = (number: number, failures: number): void => {
    const startedAt = performance.now();
    const worker = cluster.fork({ [NUMBER]: String(number) });
    workers.set(number, worker);
    worker.on('message', (message: Ready | object) => {
      if (!('ready' in message)) return;
      ready.set(number, message.ready);
      if (isUp) say(`Worker ${number} serves again.`);
      else began(number);
    });
    worker.on('exit', (code, signal) => {
      workers.delete(number);
      const served = ready.delete(number);
      if (isStopping) {
        if (workers.size === 0) ended.resolve(0);
        return;
      }
      // What keeps the first from starting, it has said.
      if (!served && !isUp && number === 1 && workers.size === 0) {
        ended.resolve(code || 1);
        return;
      }
      const fails = performance.now() - startedAt < SOON_MS ? failures + 1 : 0;
      say(`Worker ${number} ended with ${signal ?? code}; it is started again.`);
      setTimeout(() => !isStopping && start(number, fails), restartPause(fails));
    });
  };
  const began = (number: number): void => {
    if (number === 1 && workers.size === 1) {
      for (let other = 2; other <= count; other++) start(other, 0);
    }
    if (ready.size < count) return;
    isUp = true;
    onUp(ready.get(1) ?? undefined);
  };
  const stop = async (): Promise<void> => {
    if (isStopping) {
      for (const worker of workers.values()) worker.process.kill('SIGKILL');
      return;
    }
    isStopping = true;
    if (workers.size === 0) ended.resolve(0);
    for (const worker of workers.values()) worker.process.kill('SIGTERM');
    await pause(stopWithinMs, undefined, { ref: false });
    for (const worker of workers.values()) worker.process.kill('SIGKILL');
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  start(1, 0);
  return ended.promise;
}

function restartPause(failures: number): number {
  return RESTART_MS[Math.min(failures, RESTART_MS.length - 1)] as number; // it has one for each
}
