import { OUTAGES, outageOf } from '@alzette/kit/outage';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';

/** Whether the broker refuses the request permanently; any other error may be temporary. */
export function isRefusal(cause: unknown): cause is NgsiLdClientError {
  return (
    cause instanceof NgsiLdClientError &&
    cause.status >= 400 &&
    cause.status < 500 &&
    ![401, 403, 408, 425, 429].includes(cause.status)
  );
}

/** Whether a node of the broker's database is away, while it serves the tenants of other nodes. */
export function isNodeAway(cause: unknown): boolean {
  if (cause instanceof NgsiLdClientError) return cause.problem.detail?.startsWith(OUTAGES.node) === true;
  return cause instanceof Error && (outageOf(cause) === 'node' || isNodeAway(cause.cause));
}
