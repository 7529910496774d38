import type { Transport } from './transport.ts';

/** A transport over `fetch`, for browsers. */
export function fetchTransport(timeoutMs: number, fetch = globalThis.fetch): Transport {
  return async ({ method, url, headers, body, signal }) => {
    const deadline = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, {
      method,
      headers,
      signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
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
