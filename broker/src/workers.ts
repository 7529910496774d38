import cluster, { type Worker } from 'node:cluster';
import { setTimeout as pause } from 'node:timers/promises';

/** Set for each worker by the parent process. */
const NUMBER = 'WORKER_NUMBER';
/** Pauses before restarting a worker that ended soon after its start. */
const RESTART_MS = [0, 200, 1_000, 5_000];
const SOON_MS = 10_000;

/** The message of a worker when it is ready. */
interface Ready {
  readonly ready: unknown;
}

interface WorkersOptions {
  readonly count: number;
  /** Called with messages about workers. */
  readonly say: (text: string) => void;
  /** Called once all workers are ready, with the message of the first. */
  readonly onUp: (first: unknown) => void;
  /** Workers that have not ended this long after the stop signal are killed. */
  readonly stopWithinMs: number;
}

/** Numbered from 1; undefined: this process is not one of several workers. */
export function workerNumber(): number | undefined {
  const number = cluster.isWorker ? process.env[NUMBER] : undefined;
  return number === undefined ? undefined : Number(number);
}

/**
 * Each worker listens on the shared port itself. The kernel distributes connections, and those of a killed worker end
 * with it; connections handed over by another process would hang.
 */
export function ownListening(): { readonly exclusive?: true; readonly reusePort?: true } {
  return workerNumber() === undefined ? {} : { exclusive: true, reusePort: true };
}

/** Tells the parent process that this worker is ready. */
export function reportReady(self: unknown): void {
  process.send?.({ ready: self ?? null } satisfies Ready); // JSON has no undefined
}

/**
 * Runs this program in several processes that share its port, and restarts those that end under their number. The first
 * one starts alone, because it may have to prepare a database. Returns the exit code when all have ended: 1 if the
 * first can't start.
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
      if (isUp) say(`Worker ${number} is ready again.`);
      else began(number);
    });
    worker.on('exit', (code, signal) => {
      workers.delete(number);
      const served = ready.delete(number);
      if (isStopping) {
        if (workers.size === 0) ended.resolve(0);
        return;
      }
      // The first worker has already logged why it can't start.
      if (!served && !isUp && number === 1 && workers.size === 0) {
        ended.resolve(code || 1);
        return;
      }
      const fails = performance.now() - startedAt < SOON_MS ? failures + 1 : 0;
      say(`Worker ${number} ended with ${signal ?? code}; it will be restarted.`);
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
  return RESTART_MS[Math.min(failures, RESTART_MS.length - 1)] as number; // the index is in range
}
