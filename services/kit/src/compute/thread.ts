import { threadId } from 'node:worker_threads';

/** What a thread receives. */
export interface ThreadJob {
  /** The URL of the file with the task. */
  readonly file: string;
  readonly input: unknown;
  /** One Int32, to which the thread writes its id. */
  readonly thread: SharedArrayBuffer;
}

const functions = new Map<string, (input: unknown) => unknown>();

/** The first file of each thread: runs a task. */
export default async function runJob({ file, input, thread }: ThreadJob): Promise<unknown> {
  Atomics.store(new Int32Array(thread), 0, threadId);
  let compute = functions.get(file);
  if (compute === undefined) {
    const loaded = (await import(file)) as { readonly default: (input: unknown) => unknown };
    compute = loaded.default;
    functions.set(file, compute);
  }
  return compute(input);
}
