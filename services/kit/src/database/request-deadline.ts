import { AsyncLocalStorage } from 'node:async_hooks';

const requests = new AsyncLocalStorage<true>();

/** Runs work that a client waits for. Its statements get a time limit if they have none of their own. */
export function forRequest<T>(work: () => T): T {
  return requests.run(true, work);
}

/** Whether a client waits for the current work. */
export function isForRequest(): boolean {
  return requests.getStore() === true;
}

/** Runs work for a client that takes as long as it takes, such as an export of everything. */
export function withoutDeadline<T>(work: () => T): T {
  return requests.exit(work);
}
