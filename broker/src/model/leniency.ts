import { AsyncLocalStorage } from 'node:async_hooks';

/** What is forgiven in a request of a lenient tenant; each is told in an `NGSILD-Warning`. */
export interface Leniency {
  readonly warnings: Set<string>;
}

/** Of the request that is being answered. Requests that are held to the standard have no store. */
export const requestLeniency = new AsyncLocalStorage<Leniency>();

/**
 * Asked where the standard has a request refused: true where the tenant is lenient, and then the client is told.
 *
 * @param warning what was found and how it is understood
 */
export function forgives(warning: string): boolean {
  const leniency = requestLeniency.getStore();
  leniency?.warnings.add(warning);
  return leniency !== undefined;
}
