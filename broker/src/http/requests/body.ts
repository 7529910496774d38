import { isUtf8 } from 'node:buffer';
import { NgsiLdError } from '../../model/errors.ts';

// PostgreSQL can store neither NUL nor unpaired surrogates. In JSON both need an escape, so one scan clears most
// bodies.
const SUSPICIOUS = /\\u(?:0000|[dD][89a-fA-F])/;

/** More than any entity needs, and safe for recursive functions. */
const MAX_DEPTH = 256;

/** Shorter bodies can't be nested dangerously deep. */
const HARMLESS_BYTES = 2048;

/**
 * Parses the body of a request (5.5.4, 4.6.1).
 *
 * @throws NgsiLdError InvalidRequest: not UTF-8, or not JSON; BadRequestData: nested too deep, or a string that can't
 * be stored
 */
export function parseBody(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new NgsiLdError('InvalidRequest', 'The body is not valid UTF-8');
  // Checked before parsing, because a parser takes seconds for millions of brackets.
  if (bytes.length > HARMLESS_BYTES) checkDepth(bytes);
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

const [QUOTE, BACKSLASH, BRACKET, CLOSING_BRACKET, BRACE, CLOSING_BRACE] = Buffer.from('"\\[]{}');

/** The bytes may be invalid JSON. */
function checkDepth(bytes: Buffer): void {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === BRACKET || byte === BRACE) {
      if (++depth > MAX_DEPTH) {
        throw new NgsiLdError('BadRequestData', `The body nests deeper than ${MAX_DEPTH} levels at byte ${at}`);
      }
    } else if (byte === CLOSING_BRACKET || byte === CLOSING_BRACE) depth--;
  }
}

/** The end of the string that starts at `from`. Most strings are short, so stepping is faster than `indexOf`. */
function endOfString(bytes: Buffer, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}

/** Whether PostgreSQL can store the text. */
function isText(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

function checkStrings(body: unknown): void {
  const place = unstorable(body);
  if (place === undefined) return;
  const detail = `${place || 'The body'}: got a NUL or half a surrogate pair, expected text`;
  throw new NgsiLdError('BadRequestData', detail);
}

/** The path of the first string that can't be stored, e.g. `[0].name.value`; undefined: there is none. */
function unstorable(value: unknown): string | undefined {
  if (typeof value === 'string') return isText(value) ? undefined : '';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const below = isText(key) ? unstorable(item) : '';
    if (below === undefined) continue;
    const own = Array.isArray(value) ? `[${key}]` : isText(key) ? key : JSON.stringify(key);
    return below === '' || below.startsWith('[') ? own + below : `${own}.${below}`;
  }
  return undefined;
}
