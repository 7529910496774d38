import { parentPort, workerData } from 'node:worker_threads';
import type { SandboxLimits } from './codec.ts';
import type { OutcomeText } from './sandbox.ts';
import { createSandbox } from './sandbox.ts';

/** `source` comes with the first job of a codec. */
export interface CodecJob {
  readonly id: number;
  readonly hash: string;
  readonly source?: string;
  readonly inputs: readonly string[];
}

/** Fewer outcomes than inputs: the last one ran into the deadline. */
export interface CodecJobDone {
  readonly id: number;
  readonly outcomes: OutcomeText[];
}

export interface CodecWorkerData {
  readonly limits: SandboxLimits;
  /** One Int32: how many calls have begun and ended. Odd: in a call, which the pool ends if it doesn't end. */
  readonly calls: SharedArrayBuffer;
}

// QuickJS asks this realm for the time zone: codecs live in UTC whatever the machine's zone is.
Date.prototype.getTimezoneOffset = () => 0;

// The pool starts this file with these and no other.
const { limits, calls } = workerData as CodecWorkerData;
const begun = new Int32Array(calls);
const sandbox = createSandbox(limits);
const sources = new Map<string, string>();

parentPort?.on('message', async (job: CodecJob) => {
  if (job.source !== undefined) sources.set(job.hash, job.source);
  const source = sources.get(job.hash) ?? '';
  const outcomes = await sandbox.run(job.hash, source, job.inputs, () => Atomics.add(begun, 0, 1));
  parentPort?.postMessage({ id: job.id, outcomes } satisfies CodecJobDone);
});
