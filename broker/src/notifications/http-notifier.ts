import type { Dispatcher } from 'undici';
import { type Attempt, SENT } from './attempt.ts';

/** 408 Request Timeout, 425 Too Early, 429 Too Many Requests: the server can't take more for now. */
const BUSY = new Set([408, 425, 429]);

/**
 * POSTs one notification. Any 2xx is success; redirects are not followed. Never rejects.
 *
 * @param timeoutMs from first to last byte, connecting included
 */
export function postNotification(
  pool: Dispatcher,
  url: URL,
  headers: { readonly [name: string]: string },
  body: string,
  timeoutMs: number,
): Promise<Attempt> {
  return new Promise((resolve) => {
    let statusCode = 0;
    let controller: Dispatcher.DispatchController | undefined;
    const timedOut = new Error(`No answer within ${timeoutMs} ms`);
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      controller?.abort(timedOut);
      resolve({ ok: false, error: timedOut.message, endpointDown: true });
    }, timeoutMs);
    const end = (attempt: Attempt) => {
      clearTimeout(timer);
      resolve(attempt);
    };
    pool.dispatch(
      {
        ...targetOf(url),
        method: 'POST',
        headers: headers as Record<string, string>,
        body,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      {
        onRequestStart(started) {
          controller = started;
          if (isLate) started.abort(timedOut); // connected after all, but nobody waits for it
        },
        onResponseStart(_controller, status) {
          statusCode = status;
        },
        onResponseData() {},
        onResponseEnd: () => end(answered(statusCode)),
        onResponseError: (_controller, error) => {
          // An answer that broke off after its status has been given all the same.
          end(statusCode === 0 ? { ok: false, error: error.message, endpointDown: true } : answered(statusCode));
        },
      },
    );
  });
}

interface HttpTarget {
  readonly origin: string;
  readonly path: string;
}

const targets = new WeakMap<URL, HttpTarget>();

/** A URL's parts, put together once. */
function targetOf(url: URL): HttpTarget {
  let target = targets.get(url);
  if (target === undefined) {
    target = { origin: url.origin, path: `${url.pathname}${url.search}` };
    targets.set(url, target);
  }
  return target;
}

function answered(status: number): Attempt {
  if (status >= 200 && status < 300) return SENT;
  return { ok: false, error: `Answered with status ${status}`, endpointDown: status >= 500 || BUSY.has(status) };
}
