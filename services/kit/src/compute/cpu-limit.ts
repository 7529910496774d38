import type { Worker } from 'node:worker_threads';

const LOOK_MS = 200;
/** A thread that is blocked outside JavaScript does not tell its CPU time; then this many times the limit may pass. */
const WALL_FACTOR = 10;

/**
 * Aborts when a thread has used this much CPU time: on a busy machine, waiting must not count.
 *
 * @param worker undefined: it has not started yet
 */
export function cpuLimit(limitMs: number, worker: () => Worker | undefined) {
  const limit = new AbortController();
  const begun = performance.now();
  let before: number | undefined;
  const look = async () => {
    if (performance.now() - begun > limitMs * WALL_FACTOR) limit.abort();
    const used = await usedBy(worker());
    if (used === undefined) return;
    before ??= used;
    if (used - before > limitMs) limit.abort();
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  return { signal: limit.signal, end: () => clearInterval(timer) };
}

/** Milliseconds; undefined: it is not running. */
async function usedBy(worker: Worker | undefined): Promise<number | undefined> {
  try {
    const used = await worker?.cpuUsage();
    return used && (used.user + used.system) / 1000;
  } catch {
    return undefined; // it has ended meanwhile
  }
}
