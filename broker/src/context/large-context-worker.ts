import { parentPort, workerData } from 'node:worker_threads';
import { NgsiLdError } from '../model/errors.ts';
import type { LargeContextAnswer } from './large-contexts.ts';
import { createTermDefiner } from './term-definitions.ts';
import { partsOf } from './term-parts.ts';

// Runs in a worker thread of large-contexts.ts.
const definer = createTermDefiner(workerData as Record<string, unknown>);

parentPort?.on('message', async (contexts: readonly unknown[]) => {
  parentPort?.postMessage(await answerTo(contexts));
});

async function answerTo(contexts: readonly unknown[]): Promise<LargeContextAnswer> {
  try {
    return { parts: partsOf(await (await definer).define(contexts)) };
  } catch (error) {
    if (error instanceof NgsiLdError) return { invalid: error.message };
    throw error;
  }
}
