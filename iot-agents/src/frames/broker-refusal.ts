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
