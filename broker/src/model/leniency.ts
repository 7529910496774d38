import { AsyncLocalStorage } from 'node:async_hooks';

/** Deviations tolerated in a request of a lenient tenant. Each is reported in `NGSILD-Warning`. */
export interface Leniency {
  readonly warnings: Set<string>;
}

/** The leniency of the current request. Strict requests have none. */
export const requestLeniency = new AsyncLocalStorage<Leniency>();

/**
 * Called where the standard requires a refusal. True if the tenant is lenient; the client then gets a warning.
 *
 * @param warning what was found and how it is interpreted
 */
export function tolerates(warning: string): boolean {
  const leniency = requestLeniency.getStore();
  leniency?.warnings.add(warning);
  return leniency !== undefined;
}
