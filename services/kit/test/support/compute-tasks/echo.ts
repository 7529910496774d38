import { threadId } from 'node:worker_threads';

/** @returns the input, and the thread that received it */
export default function echo(input: string): { input: string; thread: number; home: string | undefined } {
  return { input, thread: threadId, home: process.env.HOME };
}
