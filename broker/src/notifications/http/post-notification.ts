import { type Attempt, SENT } from '../attempt.ts';
import type { HttpOutcome } from './fast/http-connection.ts';
import type { HttpSender, PostHead } from './fast/http-sender.ts';

type Headers = { readonly [name: string]: string };

/** 408 Request Timeout, 425 Too Early, 429 Too Many Requests: the server is temporarily overloaded. */
const BUSY = new Set([408, 425, 429]);

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
/** RFC 9110, 5.5: a value can't contain line ends. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * POSTs one notification. Any 2xx is success; redirects are not followed.
 *
 * @param timeoutMs for the whole exchange, including the connection
 *
 * @param done called once, never before this returns
 *
 * @param own headers of this notification alone, such as its request id; the others are the same object for many
 *
 * @throws Error: a header can't be sent
 */
export function postNotification(
  sender: HttpSender,
  url: URL,
  headers: Headers,
  body: string,
  timeoutMs: number,
  done: (attempt: Attempt) => void,
  own?: Headers,
): void {
  const lines = own === undefined ? '' : linesOf(own);
  sender.post(headOf(url, headers), lines, body, timeoutMs, (outcome) => done(attemptOf(outcome)));
}

const heads = new WeakMap<Headers, PostHead>();

/** Cached: it is the same for all notifications of a subscription. */
function headOf(url: URL, headers: Headers): PostHead {
  let head = heads.get(headers);
  if (head === undefined || head.url !== url) {
    head = { url, origin: url.origin, text: headText(url, headers) };
    heads.set(headers, head);
  }
  return head;
}

function headText({ pathname, search, host }: URL, headers: Headers): string {
  const first = `POST ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\nconnection: keep-alive\r\n`;
  return `${first}${linesOf(headers)}content-length`; // completed by the sender
}

function linesOf(headers: Headers): string {
  let lines = '';
  for (const [name, value] of Object.entries(headers)) {
    if (!NAME.test(name) || !VALUE.test(value)) throw new Error(`The header ${JSON.stringify(name)} can't be sent`);
    lines += `${name}: ${value}\r\n`;
  }
  return lines;
}

function attemptOf(outcome: HttpOutcome): Attempt {
  if ('error' in outcome) return { ok: false, error: outcome.error.message, endpointDown: true };
  const { status } = outcome;
  if (status >= 200 && status < 300) return SENT;
  return { ok: false, error: `Answered with status ${status}`, endpointDown: status >= 500 || BUSY.has(status) };
}
