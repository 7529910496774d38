import type { Transport } from './transport.ts';

/** A transport over `fetch`, for browsers. */
export function fetchTransport(timeoutMs: number, fetch = globalThis.fetch): Transport {
  return async ({ method, url, headers, body, signal }) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, {
      method,
      headers,
      signal: signal === undefined ? deadline : firstOf(signal, deadline),
      ...(body !== undefined && { body }),
    });
    return {
      status: response.status,
      header: (name) => response.headers.get(name) ?? undefined,
      body: await response.text(),
    };
  };
}

export const defaultTransport: (timeoutMs: number) => Transport = fetchTransport;

/** Aborts with the first of the two. Phones of 2016 have no `AbortSignal.any`. */
function firstOf(signal: AbortSignal, deadline: AbortSignal): AbortSignal {
  if ('any' in AbortSignal) return AbortSignal.any([signal, deadline]);
  const either = new AbortController();
  for (const each of [signal, deadline]) {
    if (each.aborted) either.abort(each.reason);
    else each.addEventListener('abort', () => either.abort(each.reason), { once: true, signal: either.signal });
  }
  return either.signal;
}
