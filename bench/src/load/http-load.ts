import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Load, STAMP } from './load.ts';
import type { Counted } from './measurement.ts';
import { writeRequests } from './request-file.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('./from-file.lua', import.meta.url));

/**
 * Sends requests as fast as answers come, on several connections, with `wrk` on one thread. It uses a quarter of the
 * CPU per request of autocannon, which matters on two shared cores.
 */
export async function httpLoad(load: Load): Promise<Counted> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-load-'));
  const file = join(folder, 'requests');
  try {
    await writeRequests(file, load);
    return await wrk(load, file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The output of the script at the end. Latencies in microseconds. */
interface WrkOutput {
  readonly seconds: number;
  readonly answers: number;
  /** Answers with a status of 400 or more. */
  readonly refused: number;
  /** Failed connections and missing answers. */
  readonly broken: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

async function wrk({ url, connections, seconds }: Load, file: string): Promise<Counted> {
  const settings = ['-t', '1', '-c', `${connections}`, '-d', `${seconds}s`, '--timeout', '60s', '-s', SCRIPT];
  const { stdout } = await run('wrk', [...settings, url, '--', file, STAMP]).catch((cause) => {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw isMissing ? new Error('wrk is not installed: the load comes from it (apt install wrk)') : cause;
  });
  const output = JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as WrkOutput;
  const answers = output.answers - output.refused;
  return {
    perSecond: answers / output.seconds,
    answers,
    errors: output.refused + output.broken,
    p50: output.p50 / 1000,
    p95: output.p95 / 1000,
    p99: output.p99 / 1000,
  };
}
