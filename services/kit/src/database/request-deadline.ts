import { AsyncLocalStorage } from 'node:async_hooks';

const requests = new AsyncLocalStorage<true>();

/** Runs what a client waits for: its statements have a deadline, where they name none themselves. */
export function forRequest<T>(work: () => T): T {
  return requests.run(true, work);
}

/** Whether a client waits for what runs now. */
export function isForRequest(): boolean {
  return requests.getStore() === true;
}
