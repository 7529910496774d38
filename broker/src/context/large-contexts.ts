import { Worker } from 'node:worker_threads';
import { NgsiLdError } from '../model/errors.ts';

/** The answer of the worker thread: the terms as `term-parts.ts` writes them, or the error. */
export type LargeContextAnswer = { readonly parts: readonly string[] } | { readonly invalid: string };

const TIMEOUT_MS = 30_000;
/** An idle thread ends after this time, because it takes about 40 MB. */
const IDLE_MS = 30_000;

/** Compiles the terms of large @contexts in a separate thread, one after the other. */
export class LargeContexts {
  readonly #coreContext: Record<string, unknown>;
  #worker: Worker | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | undefined;

  constructor(coreContext: Record<string, unknown>) {
    this.#coreContext = coreContext;
  }

  /**
   * The terms as `term-parts.ts` writes them.
   *
   * @throws NgsiLdError BadRequestData: it is not a valid JSON-LD 1.1 context, or takes too long
   */
  define(contexts: readonly unknown[]): Promise<readonly string[]> {
    const answer = this.#last.then(() => this.#ask(contexts));
    this.#last = answer.catch(() => {});
    return answer;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  async #ask(contexts: readonly unknown[]): Promise<readonly string[]> {
    clearTimeout(this.#idle);
    const worker = this.#worker ?? this.#start();
    const { promise, resolve, reject } = Promise.withResolvers<LargeContextAnswer>();
    const timeout = setTimeout(
      () => reject(invalid(`@context takes longer than ${TIMEOUT_MS / 1000} s to read`)),
      TIMEOUT_MS,
    );
    worker.once('message', resolve).once('error', reject);
    worker.postMessage(contexts);
    try {
      const answer = await promise;
      if ('invalid' in answer) throw invalid(answer.invalid);
      this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
      return answer.parts;
    } catch (error) {
      await this.close(); // it may still be running
      throw error;
    } finally {
      clearTimeout(timeout);
      worker.removeListener('message', resolve).removeListener('error', reject);
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL('./large-context-worker.ts', import.meta.url), { workerData: this.#coreContext });
    worker.unref();
    this.#worker = worker;
    return worker;
  }
}

function invalid(detail: string): NgsiLdError {
  return new NgsiLdError('BadRequestData', detail);
}
