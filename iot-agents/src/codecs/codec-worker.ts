import { parentPort, workerData } from 'node:worker_threads';
import type { SandboxLimits } from './codec.ts';
import type { OutcomeText } from './sandbox.ts';
import { createSandbox } from './sandbox.ts';

/** `source` is sent with the first job of a codec. */
export interface CodecJob {
  readonly id: number;
  readonly hash: string;
  readonly source?: string;
  /** The sources that were sent before are not needed any more. */
  readonly forgets?: boolean;
  readonly inputs: readonly string[];
}

/** Fewer outcomes than inputs: the last one exceeded the deadline. */
export interface CodecJobDone {
  readonly id: number;
  readonly outcomes: OutcomeText[];
}

export interface CodecWorkerData {
  readonly limits: SandboxLimits;
  /**
   * One Int32 that counts beginnings and ends of calls. Odd: in a call. The pool terminates the thread if a call does
   * not end.
   */
  readonly calls: SharedArrayBuffer;
}

// QuickJS uses the time zone of this realm. Codecs always run in UTC.
Date.prototype.getTimezoneOffset = () => 0;

// The pool starts this file with exactly these data.
const { limits, calls } = workerData as CodecWorkerData;
const begun = new Int32Array(calls);
const sandbox = createSandbox(limits);
const sources = new Map<string, string>();

parentPort?.on('message', async (job: CodecJob) => {
  if (job.forgets) sources.clear();
  if (job.source !== undefined) sources.set(job.hash, job.source);
  const source = sources.get(job.hash) ?? '';
  const outcomes = await sandbox.run(job.hash, source, job.inputs, () => Atomics.add(begun, 0, 1));
  parentPort?.postMessage({ id: job.id, outcomes } satisfies CodecJobDone);
});
