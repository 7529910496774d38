import { Agent } from 'undici';
import type { Transport } from './transport.ts';

/** A transport over undici with persistent connections: many times faster than `fetch` in Node. */
export function undiciTransport(
  timeoutMs: number,
  agent = new Agent({ headersTimeout: timeoutMs, bodyTimeout: timeoutMs }),
): Transport {
  return async ({ method, url, headers, body, signal }) => {
    const { origin, pathname, search } = new URL(url);
    const answer = await agent.request({
      origin,
      path: pathname + search,
      method: method as 'GET',
      headers,
      body: body ?? null,
      signal: signal ?? null,
    });
    return {
      status: answer.statusCode,
      header: (name) => {
        const value = answer.headers[name.toLowerCase()];
        return Array.isArray(value) ? value.join(', ') : value;
      },
      body: await answer.body.text(),
    };
  };
}

export const defaultTransport: (timeoutMs: number) => Transport = undiciTransport;
