import { isUtf8 } from 'node:buffer';
import { NgsiLdError } from '../model/errors.ts';

// PostgreSQL can store neither; both need an escape in JSON, so that most bodies are cleared by one scan.
const SUSPICIOUS = /\\u(?:0000|[dD][89a-fA-F])/;

/**
 * Parses the body of a request (5.5.4, 4.6.1).
 *
 * @throws NgsiLdError InvalidRequest: no UTF-8, no JSON; BadRequestData: a string that can't be stored
 */
export function parseBody(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new NgsiLdError('InvalidRequest', 'The body is not valid UTF-8');
  const text = bytes.toString('utf8');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    const why =
      text.trim() === '' ? 'The body is empty, expected JSON' : `The body is not JSON: ${(cause as Error).message}`;
    throw new NgsiLdError('InvalidRequest', why, { cause });
  }
  if (SUSPICIOUS.test(text)) checkStrings(body);
  return body;
}

function checkStrings(value: unknown): void {
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === 'string') {
      if (next.includes('\0') || !next.isWellFormed()) {
        throw new NgsiLdError('BadRequestData', 'The body holds a NUL or half a surrogate pair, which is no text');
      }
    } else if (typeof next === 'object' && next !== null) {
      for (const [key, item] of Object.entries(next)) pending.push(key, item);
    }
  }
}
