import { isUtf8 } from 'node:buffer';
import type { FastifyInstance } from 'fastify';
import { Problem, refused } from '../problems/problems.ts';
import { unstorableText } from './unstorable-text.ts';

export interface JsonLimits {
  /** The maximum size of a body; default 1 MiB. Larger ones get 413. */
  readonly bytes?: number;
  /** The maximum nesting of objects and arrays; default 32. */
  readonly depth?: number;
}

const BYTES = 1024 * 1024;
const DEPTH = 32;
const JSON_TYPES = ['application/json', 'application/ld+json', 'application/merge-patch+json'];
const NOT_VALID = 'The request is not valid';

/** Lets a scope parse JSON, whatever the enclosing application does with JSON. An empty body is `undefined`. */
export function readJsonBodies(scope: FastifyInstance, { bytes = BYTES, depth = DEPTH }: JsonLimits = {}): void {
  scope.removeContentTypeParser(JSON_TYPES);
  scope.addContentTypeParser(JSON_TYPES, { parseAs: 'buffer', bodyLimit: bytes }, (_request, body, done) => {
    try {
      done(null, parseJson(body as Buffer, depth)); // parseAs: 'buffer'
    } catch (error) {
      done(error as Error);
    }
  });
}

/**
 * Parses JSON from an untrusted source.
 *
 * @throws Problem 400: not UTF-8, not JSON, nested too deep, or with text that can't be stored
 */
export function parseJson(bytes: Buffer, depth = DEPTH): unknown {
  if (bytes.length === 0) return undefined;
  if (!isUtf8(bytes)) throw refused('body', 'bytes that are not UTF-8', 'JSON in UTF-8');
  const text = bytes.toString('utf8');
  checkDepth(text, depth);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (cause) {
    throw new Problem(400, NOT_VALID, `body: got invalid JSON (${(cause as Error).message}), expected JSON`, { cause });
  }
  // When copied, it would become the prototype of the target.
  if (PROTOTYPE.test(text) && hasPrototype(body)) throw refused('__proto__', 'it', 'no member of that name');
  const place = unstorableText(body);
  if (place === undefined) return body;
  const detail = `${place || 'body'}: got U+0000 or half a surrogate pair, expected text without them`;
  throw new Problem(400, NOT_VALID, detail);
}

const PROTOTYPE = /__proto__|\\u005[fF]/;

function hasPrototype(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.hasOwn(value, '__proto__') || Object.values(value).some(hasPrototype);
}

/** Checked before parsing. Brackets within strings don't count. */
function checkDepth(text: string, most: number): void {
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gs)) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    if (depth > most) throw new Problem(400, NOT_VALID, `body: got more than ${most} levels, expected at most ${most}`);
  }
}
