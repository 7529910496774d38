import { isUtf8 } from 'node:buffer';
import { NgsiLdError } from '../../../model/errors.ts';
import { checkStrings, isSuspicious } from './stored-text.ts';

/** More than any entity needs, and safe for recursive functions. */
export const MAX_DEPTH = 256;

/** Shorter bodies can't be nested dangerously deep. */
const HARMLESS_BYTES = 2048;

/**
 * Parses the body of a request (5.5.4, 4.6.1).
 *
 * @throws NgsiLdError InvalidRequest: not UTF-8, or not JSON; BadRequestData: nested too deep, or a string that can't
 * be stored
 */
export function parseBody(bytes: Buffer): unknown {
  checkUtf8(bytes);
  // Checked before parsing, because a parser takes seconds for millions of brackets.
  if (bytes.length > HARMLESS_BYTES) checkDepth(bytes);
  const text = bytes.toString('utf8');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    if (text.trim() === '') throw new NgsiLdError('InvalidRequest', 'The body is empty, expected JSON', { cause });
    throw notJson((cause as Error).message, cause);
  }
  if (isSuspicious(text)) checkStrings(body);
  return body;
}

/** @throws NgsiLdError InvalidRequest */
export function checkUtf8(bytes: Buffer): void {
  if (!isUtf8(bytes)) throw new NgsiLdError('InvalidRequest', 'The body is not valid UTF-8');
}

export function notJson(why: string, cause?: unknown): NgsiLdError {
  return new NgsiLdError('InvalidRequest', `The body is not JSON: ${why}`, { cause });
}

export function tooDeep(at: number): NgsiLdError {
  return new NgsiLdError('BadRequestData', `The body nests deeper than ${MAX_DEPTH} levels at byte ${at}`);
}

export const [QUOTE, BACKSLASH, BRACKET, CLOSING_BRACKET, BRACE, CLOSING_BRACE, COMMA] = Buffer.from('"\\[]{},');

/** The bytes may be invalid JSON. */
function checkDepth(bytes: Buffer): void {
  let depth = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = endOfString(bytes, at);
    else if (byte === BRACKET || byte === BRACE) {
      if (++depth > MAX_DEPTH) throw tooDeep(at);
    } else if (byte === CLOSING_BRACKET || byte === CLOSING_BRACE) depth--;
  }
}

/** The end of the string that starts at `from`. Most strings are short, so stepping is faster than `indexOf`. */
export function endOfString(bytes: Buffer, from: number): number {
  let at = from + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
